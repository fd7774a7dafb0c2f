#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <zlib.h>

#include "workers/copy_write/copy_facts.hpp"
#include "workers/copy_write/copy_file_private.hpp"
#include "workers/copy_write/page_operators.hpp"
#include "workers/pades/pades.hpp"
#include "workers/pdf_write/colour_profiles.hpp"
#include "workers/pdf_write/pdf_number.hpp"

namespace sogoc {
namespace {

using Object = QPDFObjectHandle;

std::string number(double value) { return pdf_number(value, 3); }

// Deflated by ourselves: the writer is told to leave every stream as it is.
std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string small(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(small.data()), &size,
                reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()),
                Z_DEFAULT_COMPRESSION) != Z_OK)
    return {};
  small.resize(size);
  return small;
}

class FileMaker {
 public:
  explicit FileMaker(const CopyContents& contents) : in_(contents) { out_.emptyPDF(); }

  Done make() {
    SOGOC_TRY(const std::string time, pdf_time(in_.draft.created_at));
    SOGOC_CHECK(add_fonts());
    for (const LaidPage& page : in_.pages) SOGOC_CHECK(add_page(page));
    SOGOC_CHECK(add_form());
    return add_catalog(time);
  }

  void write(const std::filesystem::path& file) {
    QPDFWriter writer(out_, file.c_str());
    writer.setObjectStreamMode(qpdf_o_disable);
    writer.setStreamDataMode(qpdf_s_preserve);
    writer.setDecodeLevel(qpdf_dl_none);
    writer.setCompressStreams(false);
    writer.setNewlineBeforeEndstream(true);  // PDF/A 6.1.7.1
    writer.setMinimumPDFVersion("1.7");
    writer.setDeterministicID(true);
    writer.write();
  }

 private:
  Object add(const std::string& text) { return out_.makeIndirectObject(Object::parse(&out_, text)); }
  Object add_stream(const std::string& dictionary, std::string_view bytes) {
    Object stream = Object::newStream(&out_, deflated(bytes));
    Object entries = Object::parse(&out_, dictionary);
    entries.replaceKey("/Filter", Object::newName("/FlateDecode"));
    for (const std::string& key : entries.getKeys())
      stream.getDict().replaceKey(key, entries.getKey(key));
    return stream;
  }
  static std::string_view view(const std::vector<std::uint8_t>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  Done add_fonts() {
    fonts_ = Object::newDictionary();
    SOGOC_TRY(const std::vector<EmbeddedFace> faces, in_.fonts.embed());
    for (const EmbeddedFace& face : faces) {
      const Object program = add_stream(fmt::format("<< /Length1 {} >>", face.program.size()), view(face.program));
      const Object glyphs = add_stream("<< >>", view(face.cid_to_gid));
      const Object unicode = add_stream("<< >>", face.to_unicode);
      Object descriptor = add(fmt::format(
          "<< /Type /FontDescriptor /FontName /{} /Flags {} /FontBBox [{} {} {} {}] /ItalicAngle {} "
          "/Ascent {} /Descent {} /CapHeight {} /StemV {} >>",
          face.name, face.italic_angle != 0 ? 4 + 2 + 64 : 4 + 2, face.box[0], face.box[1],
          face.box[2], face.box[3], face.italic_angle, face.ascent, face.descent, face.cap_height,
          face.stem));
      descriptor.replaceKey("/FontFile2", program);
      Object cid_font = add(fmt::format(
          "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{} /CIDSystemInfo << /Registry (Adobe) "
          "/Ordering (Identity) /Supplement 0 >> /W {} >>",
          face.name, face.widths));
      cid_font.replaceKey("/CIDToGIDMap", glyphs);
      cid_font.replaceKey("/FontDescriptor", descriptor);
      Object font = add(fmt::format(
          "<< /Type /Font /Subtype /Type0 /BaseFont /{} /Encoding /Identity-H >>", face.name));
      Object descendants = Object::newArray();
      descendants.appendItem(cid_font);
      font.replaceKey("/DescendantFonts", descendants);
      font.replaceKey("/ToUnicode", unicode);
      fonts_.replaceKey(fmt::format("/F{}", static_cast<int>(face.face)), font);
    }
    fonts_ = out_.makeIndirectObject(fonts_);
    return {};
  }

  Object form_object(const std::string& operators, double width, double height) {
    Object form = add_stream(fmt::format("<< /Type /XObject /Subtype /Form /BBox [0 0 {} {}] >>",
                                         number(width), number(height)),
                             operators);
    Object resources = Object::newDictionary();
    resources.replaceKey("/Font", fonts_);
    form.getDict().replaceKey("/Resources", resources);
    return form;
  }

  Done add_page(const LaidPage& laid) {
    Object page = add(fmt::format("<< /Type /Page /MediaBox [0 0 {} {}] >>", number(laid.width),
                                  number(laid.height)));
    const std::string operators = page_operators(laid, frames_on(laid, in_.draft.marks));
    if (laid.image) {
      import(page, laid, operators);
    } else {
      Object resources = Object::newDictionary();
      resources.replaceKey("/Font", fonts_);
      page.replaceKey("/Resources", resources);
      page.replaceKey("/Contents", add_stream("<< >>", operators));
    }
    Object annotations = Object::newArray();
    for (const PlacedField& field : laid.content.fields) {
      Object widget = add(fmt::format(
          "<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /Rect [{} {} {} {}] >>",
          number(field.left), number(laid.height - field.bottom), number(field.right),
          number(laid.height - field.top)));
      Object appearance = Object::newDictionary();
      appearance.replaceKey("/N", form_object(field_operators(field), field.right - field.left,
                                              field.bottom - field.top));
      widget.replaceKey("/AP", appearance);
      widget.replaceKey("/P", page);
      widget.replaceKey("/T", Object::newUnicodeString(field.role));
      annotations.appendItem(widget);
      widgets_.emplace_back(field.role, widget);
    }
    if (annotations.getArrayNItems() > 0) page.replaceKey("/Annots", annotations);
    out_.addPage(page, false);
    return {};
  }

  // The archived page between our own streams; its own streams are copied as they are.
  void import(Object page, const LaidPage& laid, const std::string& operators) {
    SourcePages::Page from = in_.source->page(*laid.image);
    QPDFPageObjectHelper helper(from.dictionary);
    QPDF* owner = from.dictionary.getOwningQPDF();
    const auto copied = [&](Object object) {
      return out_.copyForeignObject(object.isIndirect() ? object : owner->makeIndirectObject(object));
    };
    Object resources = Object::newDictionary();
    if (Object theirs = helper.getAttribute("/Resources", false); theirs.isDictionary())
      resources = copied(theirs).shallowCopy();
    Object drawn = resources.getKey("/XObject");
    drawn = drawn.isDictionary() ? drawn.shallowCopy() : Object::newDictionary();
    std::string ours = "/SogocCopy";
    while (drawn.hasKey(ours)) ours += "X";
    Object overlay = form_object(operators, laid.width, laid.height);
    overlay.getDict().getKey("/Resources").replaceKey(
        "/ExtGState", Object::parse(fmt::format("<< /{} << /Type /ExtGState /BM /Multiply >> >>", kMultiply)));
    drawn.replaceKey(ours, overlay);

    // Upright, its visible part at its place, nothing of it outside.
    const double x = laid.image_left, y = laid.height - laid.image_top - laid.image_height;
    std::string place;
    switch (from.turned) {
      case 90: place = fmt::format("0 -1 1 0 {} {}", number(x - from.bottom), number(y + laid.image_height + from.left)); break;
      case 180: place = fmt::format("-1 0 0 -1 {} {}", number(x + laid.image_width + from.left), number(y + laid.image_height + from.bottom)); break;
      case 270: place = fmt::format("0 1 -1 0 {} {}", number(x + laid.image_width + from.bottom), number(y - from.left)); break;
      default: place = fmt::format("1 0 0 1 {} {}", number(x - from.left), number(y - from.bottom));
    }
    const std::string before = fmt::format("q {} cm {} {} {} {} re W n q\n", place, number(from.left),
                                           number(from.bottom), number(from.width), number(from.height));
    std::string after = "\nQ\n" + flattened(helper, drawn, copied) + "Q\n";
    after += fmt::format("{} Do\n", ours);
    Object contents = Object::newArray();
    contents.appendItem(add_stream("<< >>", before));
    Object theirs = from.dictionary.getKey("/Contents");
    if (theirs.isStream()) contents.appendItem(copied(theirs));
    if (theirs.isArray())
      for (int i = 0; i < theirs.getArrayNItems(); ++i)
        if (theirs.getArrayItem(i).isStream()) contents.appendItem(copied(theirs.getArrayItem(i)));
    contents.appendItem(add_stream("<< >>", after));
    resources.replaceKey("/XObject", drawn);
    page.replaceKey("/Resources", resources);
    page.replaceKey("/Contents", contents);
    if (Object group = from.dictionary.getKey("/Group"); group.isDictionary())
      page.replaceKey("/Group", copied(group));
  }

  // Signatures and stamps of the source are shown, but they are no fields of the copy.
  template <typename Copy>
  std::string flattened(QPDFPageObjectHelper& helper, Object drawn, const Copy& copied) {
    std::string operators;
    int count = 0;
    for (QPDFAnnotationObjectHelper& note : helper.getAnnotations()) {
      Object appearance = note.getAppearanceStream("/N");
      constexpr int kNotShown = 1 | 2 | 32;  // Invisible, Hidden, NoView
      if (!appearance.isStream() || (note.getFlags() & kNotShown) != 0) continue;
      std::string name = fmt::format("/SogocNote{}", count++);
      while (drawn.hasKey(name)) name += "X";
      const std::string placed = note.getPageContentForAppearance(name, 0, 0, 0);
      if (placed.empty()) continue;
      drawn.replaceKey(name, copied(appearance));
      operators += placed;
    }
    return operators;
  }

  Done add_form() {
    if (in_.draft.signatures.empty()) return {};
    Object fields = Object::newArray();
    for (std::size_t i = 0; i < in_.draft.signatures.size(); ++i) {
      const CopySignatureField& wanted = in_.draft.signatures[i];
      const auto found = std::find_if(widgets_.begin(), widgets_.end(),
                                      [&](const auto& widget) { return widget.first == wanted.name; });
      if (found == widgets_.end())
        return fail(ErrorCode::usage, Retry::after_operator, in_.form.form().kind,
                    "the form shows no place for the signature " + wanted.name);
      if (i == 0) {
        SOGOC_TRY(const std::string text,
                  signature_dictionary({.signing_time = signing_time(),
                                        .name = wanted.signer,
                                        .reason = wanted.reason,
                                        .location = wanted.location,
                                        .permission = in_.draft.signatures.size() == 1 ? 1 : 2}));
        first_ = add(text);
        found->second.replaceKey("/V", first_);
      }
      fields.appendItem(found->second);
    }
    form_ = Object::newDictionary();
    form_.replaceKey("/Fields", fields);
    form_.replaceKey("/SigFlags", Object::newInteger(3));
    return {};
  }

  // What the block shows is what the dictionary says.
  [[nodiscard]] std::string signing_time() const {
    const std::string shown = in_.form.value("signing_time_iso");
    return shown.empty() ? in_.draft.created_at : shown;
  }

  Done add_catalog(const std::string& time) {
    Object catalog = out_.getRoot();
    Object metadata = Object::newStream(&out_, copy_xmp(in_.form, in_.draft));
    metadata.getDict().replaceKey("/Type", Object::newName("/Metadata"));
    metadata.getDict().replaceKey("/Subtype", Object::newName("/XML"));
    catalog.replaceKey("/Metadata", metadata);
    SOGOC_TRY(const std::vector<std::uint8_t> srgb, srgb_profile());
    Object intent = Object::parse(
        "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) "
        "/Info (sRGB IEC61966-2.1) >>");
    intent.replaceKey("/DestOutputProfile", add_stream("<< /N 3 >>", view(srgb)));
    Object intents = Object::newArray();
    intents.appendItem(intent);
    catalog.replaceKey("/OutputIntents", intents);
    catalog.replaceKey("/Lang", Object::newString(in_.draft.language));
    catalog.replaceKey("/ViewerPreferences", Object::parse("<< /DisplayDocTitle true >>"));
    if (form_.isDictionary()) {
      catalog.replaceKey("/AcroForm", form_);
      Object permissions = Object::newDictionary();
      permissions.replaceKey("/DocMDP", first_);
      catalog.replaceKey("/Perms", permissions);
    }
    Object info = out_.makeIndirectObject(Object::newDictionary());
    const auto say = [&](const char* key, const std::string& text) {
      if (!text.empty()) info.replaceKey(key, Object::newUnicodeString(text));
    };
    say("/Title", in_.form.plain(in_.form.form().title));
    say("/Author", in_.form.value("body"));
    say("/Creator", in_.draft.producer);
    say("/Producer", in_.draft.producer);
    info.replaceKey("/CreationDate", Object::newString(time));
    info.replaceKey("/ModDate", Object::newString(time));
    out_.getTrailer().replaceKey("/Info", info);
    return {};
  }

  const CopyContents& in_;
  QPDF out_;
  Object fonts_;
  Object first_;
  Object form_;
  std::vector<std::pair<std::string, Object>> widgets_;
};

}  // namespace

Done write_copy_file(const CopyContents& contents, const std::filesystem::path& out) {
  Done done;
  try {
    FileMaker maker(contents);
    done = maker.make();
    if (done) maker.write(out);
  } catch (const std::exception& error) {
    std::error_code ignored;
    const bool full = std::filesystem::space(out.parent_path(), ignored).available < (1 << 20);
    done = full ? Done(fail(ErrorCode::no_space, Retry::after_operator, out.filename().string(),
                            "the copy cannot be written; is the disk full?"))
                : Done(fail(ErrorCode::internal, Retry::never, out.filename().string(), error.what()));
  }
  if (!done) {
    std::error_code ignored;
    std::filesystem::remove(out, ignored);
  }
  return done;
}

}  // namespace sogoc
