#include "workers/pdf_read/pdf_document.hpp"

#include <cmath>
#include <fstream>
#include <new>
#include <set>

#include <fmt/format.h>
#include <qpdf/Pipeline.hh>

namespace sogoc::pdf {
namespace {

constexpr int kMaxTreeDepth = 100;         // page tree and form fields
constexpr std::size_t kMaxFields = 20'000;
constexpr std::size_t kMaxCopied = 200'000;
constexpr int kMaxCopyDepth = 800;

// Keeps at most `cap` bytes and refuses the rest; qpdf swallows what a pipeline throws, so the
// flag is looked at afterwards.
class CappedBytes : public Pipeline {
 public:
  explicit CappedBytes(std::uint64_t cap) : Pipeline("capped bytes", nullptr), cap_(cap) {}
  void write(unsigned char const* data, std::size_t length) override {
    if (overflowed_ || length > cap_ - bytes_.size()) {
      overflowed_ = true;
      throw std::runtime_error("stream longer than its limit");
    }
    bytes_.insert(bytes_.end(), data, data + length);
  }
  void finish() override {}
  [[nodiscard]] bool overflowed() const { return overflowed_; }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::uint64_t cap_;
  std::vector<std::uint8_t> bytes_;
  bool overflowed_ = false;
};

Result<std::vector<std::uint8_t>> piped(QPDFObjectHandle stream, std::uint64_t cap,
                                        qpdf_stream_decode_level_e level,
                                        const std::string& shown_name) {
  if (!stream.isStream())
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "a part of the page is missing from the file; get a complete copy");
  CappedBytes bytes(cap);
  stream.pipeStreamData(&bytes, 0, level, true, false);
  if (bytes.overflowed())
    return fail(ErrorCode::limit_exceeded, Retry::never, shown_name,
                "a part of the page unpacks to more bytes than the limit allows");
  return bytes.take();
}

Done looks_like_pdf(const std::filesystem::path& file, const std::string& shown_name,
                    const ReadingSettings& settings) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error)
    return fail(ErrorCode::not_found, Retry::never, shown_name, "the file cannot be opened");
  if (size == 0)
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file is empty (0 bytes); get it again from its source");
  if (size > settings.max_file_bytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, shown_name,
                "the file is larger than the limit allows; split it or raise the limit");
  std::ifstream in(file, std::ios::binary);
  std::string head(1024, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  if (head.find("%PDF-") == std::string::npos)
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file does not begin like a PDF; get it again from its source");
  return {};
}

// Our own walk instead of qpdf's: that one recurses without a limit.
Result<std::vector<QPDFObjectHandle>> page_leaves(QPDF& qpdf, const std::string& shown_name,
                                                  const ReadingSettings& settings) {
  QPDFObjectHandle root = qpdf.getTrailer().getKey("/Root");
  QPDFObjectHandle tree = root.isDictionary() ? root.getKey("/Pages") : QPDFObjectHandle();
  if (!tree.isInitialized() || !tree.isDictionary())
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file has no list of pages: it is truncated or damaged; get a complete copy");
  struct Node {
    QPDFObjectHandle object;
    int depth;
  };
  std::vector<QPDFObjectHandle> pages;
  std::set<QPDFObjGen> above;  // every inner node once: a loop ends here
  std::vector<Node> open{{tree, 0}};
  std::size_t missing = 0;
  while (!open.empty()) {
    Node node = std::move(open.back());
    open.pop_back();
    if (!node.object.isDictionary()) {
      ++missing;
      continue;
    }
    QPDFObjectHandle kids = node.object.getKey("/Kids");
    if (!kids.isArray()) {
      if (node.depth == 0) break;
      pages.push_back(node.object);
      if (pages.size() > settings.max_pages)
        return fail(ErrorCode::limit_exceeded, Retry::never, shown_name,
                    fmt::format("the file has more than {} pages; split it or raise the limit",
                                settings.max_pages));
      continue;
    }
    const bool again = node.object.isIndirect() && !above.insert(node.object.getObjGen()).second;
    if (again || node.depth > kMaxTreeDepth)
      return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                  "the list of pages runs in a circle or is nested too deeply");
    const int count = kids.getArrayNItems();
    if (open.size() + static_cast<std::size_t>(count) > 4 * std::size_t{settings.max_pages} + 4096)
      return fail(ErrorCode::limit_exceeded, Retry::never, shown_name,
                  fmt::format("the file has more than {} pages; split it or raise the limit",
                              settings.max_pages));
    for (int i = count - 1; i >= 0; --i) open.push_back({kids.getArrayItem(i), node.depth + 1});
  }
  if (missing > 0)
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                fmt::format("{} of its {} pages are missing: it is truncated or damaged; get a "
                            "complete copy",
                            missing, missing + pages.size()));
  if (pages.empty())
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file has no pages; get it again from its source");
  return pages;
}

bool is_shown(QPDFObjectHandle widget) {
  constexpr int kInvisible = 1, kHidden = 2, kNoView = 32;
  if ((int_of(widget.getKey("/F"), 0) & (kInvisible | kHidden | kNoView)) != 0) return false;
  const std::optional<Rect> rect = rect_of(widget.getKey("/Rect"));
  return rect && rect->area() > 0;
}

// Widgets to their pages, by looking through every page's annotations.
class WidgetPages {
 public:
  explicit WidgetPages(Document& document) : document_(document) {}

  [[nodiscard]] std::optional<int> page_of(QPDFObjectHandle widget) {
    if (!looked_) look();
    const auto found = pages_.find(widget.getObjGen());
    if (found == pages_.end()) return std::nullopt;
    return found->second;
  }

 private:
  void look() {
    looked_ = true;
    for (std::size_t p = 0; p < document_.pages.size(); ++p) {
      QPDFObjectHandle annotations = document_.pages[p].getKey("/Annots");
      if (!annotations.isArray()) continue;
      const int count = std::min(annotations.getArrayNItems(), 10'000);
      for (int i = 0; i < count; ++i) {
        QPDFObjectHandle annotation = annotations.getArrayItem(i);
        if (annotation.isIndirect())
          pages_.emplace(annotation.getObjGen(), static_cast<int>(p) + 1);
      }
    }
  }
  Document& document_;
  bool looked_ = false;
  std::map<QPDFObjGen, int> pages_;
};

}  // namespace

Error qpdf_failure(const std::string& subject) {
  const auto error = [&](ErrorCode code, Retry retry, std::string message) {
    return Error{code, retry, subject, std::move(message), {}};
  };
  try {
    throw;
  } catch (const QPDFExc& e) {
    switch (e.getErrorCode()) {
      case qpdf_e_password:
        return error(ErrorCode::password_required, Retry::after_operator,
                     "the file is locked with a password; get a copy without one");
      case qpdf_e_unsupported:
        return error(ErrorCode::unsupported_input, Retry::never,
                     "the file is encrypted or built in a way we do not read; get a plain copy");
      default:
        return error(ErrorCode::invalid_input, Retry::never,
                     "the file is truncated or damaged beyond repair; get a complete copy");
    }
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, Retry::never,
                 "the file needs more memory than the limit allows");
  } catch (const std::exception&) {
    return error(ErrorCode::invalid_input, Retry::never,
                 "the file is damaged beyond repair; get a complete copy");
  }
}

Result<Document> open_document(const std::filesystem::path& file, const std::string& shown_name,
                               const ReadingSettings& settings) {
  SOGOC_CHECK(looks_like_pdf(file, shown_name, settings));
  return inside_qpdf(shown_name, [&]() -> Result<Document> {
    Document document;
    document.qpdf = std::make_unique<QPDF>();
    document.qpdf->setSuppressWarnings(true);
    document.qpdf->processFile(file.c_str(), "");
    SOGOC_TRY(document.pages, page_leaves(*document.qpdf, shown_name, settings));
    document.encrypted = document.qpdf->isEncrypted();
    document.repaired = document.qpdf->anyWarnings();
    return document;
  });
}

std::vector<SignatureNote> find_signatures(Document& document) {
  std::vector<SignatureNote> notes;
  QPDFObjectHandle form = document.qpdf->getRoot().getKey("/AcroForm");
  if (!form.isDictionary() || !form.getKey("/Fields").isArray()) return notes;
  struct Field {
    QPDFObjectHandle object;
    std::string name;       // of the fields above
    std::string type;       // inherited
    bool signed_above;
    int depth;
  };
  WidgetPages widget_pages(document);
  std::set<QPDFObjGen> seen;
  std::vector<Field> open;
  const auto open_kids = [&](QPDFObjectHandle kids, const Field& parent) {
    for (int i = std::min(kids.getArrayNItems(), 20'000) - 1; i >= 0; --i)
      open.push_back({kids.getArrayItem(i), parent.name, parent.type, parent.signed_above,
                      parent.depth + 1});
  };
  open_kids(form.getKey("/Fields"), {{}, "", "", false, 0});
  while (!open.empty() && seen.size() < kMaxFields) {
    Field field = std::move(open.back());
    open.pop_back();
    if (!field.object.isDictionary() || field.depth > kMaxTreeDepth) continue;
    if (field.object.isIndirect() && !seen.insert(field.object.getObjGen()).second) continue;
    const bool is_field = field.object.getKey("/T").isString();
    if (is_field) {
      if (!field.name.empty()) field.name += '.';
      field.name += field.object.getKey("/T").getUTF8Value();
    }
    if (const std::string type = name_of(field.object.getKey("/FT")); !type.empty())
      field.type = type;
    const bool signed_here =
        field.type == "/Sig" && field.object.getKey("/V").isDictionary();
    QPDFObjectHandle kids = field.object.getKey("/Kids");
    const auto place = [&](SignatureNote& note, QPDFObjectHandle widget) {
      if (!note.page) note.page = widget_pages.page_of(widget);
      note.visible = note.visible || (is_shown(widget) && widget_pages.page_of(widget));
    };
    if (signed_here && !field.signed_above) {
      SignatureNote note{field.name, std::nullopt, false};
      place(note, field.object);
      for (int i = 0; kids.isArray() && i < std::min(kids.getArrayNItems(), 1000); ++i)
        if (QPDFObjectHandle kid = kids.getArrayItem(i); kid.isDictionary()) place(note, kid);
      notes.push_back(std::move(note));
    }
    field.signed_above = field.signed_above || signed_here;
    if (kids.isArray()) open_kids(kids, field);
  }
  return notes;
}

bool is_made_signature(QPDFObjectHandle widget) {
  QPDFObjectHandle type = inherited(widget, "/FT");
  return type.isName() && type.getName() == "/Sig" && inherited(widget, "/V").isDictionary();
}

QPDFObjectHandle inherited(QPDFObjectHandle node, const std::string& key) {
  for (int depth = 0; depth <= kMaxTreeDepth && node.isDictionary(); ++depth) {
    if (QPDFObjectHandle value = node.getKey(key); !value.isNull()) return value;
    node = node.getKey("/Parent");
  }
  return QPDFObjectHandle::newNull();
}

Result<PageGeometry> page_geometry(QPDFObjectHandle page, const std::string& shown_name) {
  // A page without a usable media box: every viewer takes US letter.
  const Rect media = rect_of(inherited(page, "/MediaBox")).value_or(Rect{0, 0, 612, 792});
  const Rect crop = rect_of(inherited(page, "/CropBox")).value_or(media);
  PageGeometry geometry;
  geometry.visible = intersection(media, crop);
  if (geometry.visible.empty()) geometry.visible = media;
  const int rotate = int_of(inherited(page, "/Rotate"), 0);
  geometry.rotate = rotate % 90 == 0 ? ((rotate % 360) + 360) % 360 : 0;
  geometry.user_unit = std::clamp(number_of(page.getKey("/UserUnit"), 1), 0.01, 1000.0);
  if (geometry.visible.width() < 1 || geometry.visible.height() < 1 ||
      geometry.visible.width() > 1e6 || geometry.visible.height() > 1e6)
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the page has no sensible size");
  return geometry;
}

double number_of(QPDFObjectHandle object, double otherwise) {
  if (!object.isInitialized() || !object.isNumber()) return otherwise;
  const double value = object.getNumericValue();
  return std::isfinite(value) && std::abs(value) < 1e9 ? value : otherwise;
}

int int_of(QPDFObjectHandle object, int otherwise) {
  return static_cast<int>(std::lround(number_of(object, otherwise)));
}

std::string name_of(QPDFObjectHandle object) {
  return object.isInitialized() && object.isName() ? object.getName() : std::string();
}

std::optional<Rect> rect_of(QPDFObjectHandle array) {
  if (!array.isInitialized() || !array.isArray() || array.getArrayNItems() != 4)
    return std::nullopt;
  std::array<double, 4> v{};
  for (int i = 0; i < 4; ++i) {
    QPDFObjectHandle item = array.getArrayItem(i);
    if (!item.isNumber()) return std::nullopt;
    v[static_cast<std::size_t>(i)] = number_of(item, 0);
  }
  return Rect{std::min(v[0], v[2]), std::min(v[1], v[3]), std::max(v[0], v[2]),
              std::max(v[1], v[3])};
}

std::optional<Affine> matrix_of(QPDFObjectHandle array) {
  if (!array.isInitialized() || !array.isArray() || array.getArrayNItems() != 6)
    return std::nullopt;
  std::array<double, 6> v{};
  for (int i = 0; i < 6; ++i) {
    QPDFObjectHandle item = array.getArrayItem(i);
    if (!item.isNumber()) return std::nullopt;
    v[static_cast<std::size_t>(i)] = number_of(item, 0);
  }
  return from_pdf_matrix(v);
}

Result<std::vector<std::uint8_t>> decoded_bytes(QPDFObjectHandle stream, std::uint64_t cap,
                                                const std::string& shown_name) {
  return piped(stream, cap, qpdf_dl_specialized, shown_name);
}

Result<std::vector<std::uint8_t>> raw_bytes(QPDFObjectHandle stream, std::uint64_t cap,
                                            const std::string& shown_name) {
  return piped(stream, cap, qpdf_dl_none, shown_name);
}

bool safe_to_copy(QPDFObjectHandle object) {
  struct Item {
    QPDFObjectHandle object;
    int depth;
  };
  // The same depth-first order as qpdf's own copying, so that the depth is the one it reaches.
  std::vector<Item> open{{object, 0}};
  std::set<QPDFObjGen> seen;
  std::size_t looked_at = 0;
  while (!open.empty()) {
    Item item = std::move(open.back());
    open.pop_back();
    if (item.depth > kMaxCopyDepth || ++looked_at > kMaxCopied || open.size() > kMaxCopied)
      return false;
    QPDFObjectHandle& here = item.object;
    if (here.isIndirect() && !seen.insert(here.getObjGen()).second) continue;
    if (here.isArray()) {
      for (int i = here.getArrayNItems() - 1; i >= 0; --i)
        open.push_back({here.getArrayItem(i), item.depth + 1});
      continue;
    }
    QPDFObjectHandle dictionary = here.isStream() ? here.getDict() : here;
    if (!dictionary.isDictionary()) continue;
    const std::string type = name_of(dictionary.getKey("/Type"));
    if (item.depth > 0 && (type == "/Page" || type == "/Pages")) continue;
    const std::set<std::string> keys = dictionary.getKeys();
    for (auto key = keys.rbegin(); key != keys.rend(); ++key)
      if (item.depth > 0 || (*key != "/Parent" && *key != "/Annots"))
        open.push_back({dictionary.getKey(*key), item.depth + 1});
  }
  return true;
}

}  // namespace sogoc::pdf
