#include "workers/copy_write/font_set.hpp"

#include <array>
#include <iterator>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <hb-ot.h>
#include <hb-subset.h>
#include <hb.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/free_with.hpp"
#include "workers/pdf_write/clean_text.hpp"
#include "workers/pdf_write/pdf_number.hpp"

namespace sogoc {
namespace {

using BlobPtr = std::unique_ptr<hb_blob_t, FreeWith<hb_blob_destroy>>;
using FacePtr = std::unique_ptr<hb_face_t, FreeWith<hb_face_destroy>>;
using FontPtr = std::unique_ptr<hb_font_t, FreeWith<hb_font_destroy>>;
using BufferPtr = std::unique_ptr<hb_buffer_t, FreeWith<hb_buffer_destroy>>;
using SubsetPtr = std::unique_ptr<hb_subset_input_t, FreeWith<hb_subset_input_destroy>>;
using PlanPtr = std::unique_ptr<hb_subset_plan_t, FreeWith<hb_subset_plan_destroy>>;

constexpr std::array kFileNames{"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"};

struct OpenFace {
  FacePtr face;
  FontPtr font;
  double units = 2048;
  std::map<std::pair<std::uint32_t, std::string>, std::uint16_t> cids;  // glyph and its text
  std::vector<std::pair<std::uint32_t, std::string>> used;              // by CID - 1
  std::vector<double> nominal;                                          // by CID - 1
  std::map<std::string, ShapedText, std::less<>> shaped;                // words come again
};

// The text without precomposed letters, for a font that lacks one of them.
std::string decomposed(std::string_view text) {
  UErrorCode failed = U_ZERO_ERROR;
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(failed);
  if (U_FAILURE(failed)) return std::string(text);
  const auto from = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  std::string apart;
  nfd->normalize(from, failed).toUTF8String(apart);
  return apart;
}

std::string utf16_hex(std::string_view text) {
  const auto units = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  std::string hex;
  for (int32_t i = 0; i < units.length(); ++i)
    fmt::format_to(std::back_inserter(hex), "{:04X}", static_cast<unsigned>(units.charAt(i)));
  return hex;
}

std::string cmap_of(const OpenFace& face) {
  std::string cmap =
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry "
      "(Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 "
      "def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
  constexpr std::size_t kMost = 100;  // in one bfchar block
  for (std::size_t i = 0; i < face.used.size(); ++i) {
    if (i % kMost == 0)
      fmt::format_to(std::back_inserter(cmap), "{} beginbfchar\n",
                     std::min(kMost, face.used.size() - i));
    fmt::format_to(std::back_inserter(cmap), "<{:04X}> <{}>\n", i + 1,
                   utf16_hex(face.used[i].second));
    if ((i + 1) % kMost == 0 || i + 1 == face.used.size()) cmap += "endbfchar\n";
  }
  return cmap + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

// Six letters that stand for what is in the subset.
std::string subset_tag(const std::vector<std::uint8_t>& program) {
  const Sha256 digest = sha256_of(std::as_bytes(std::span(program)));
  std::string tag;
  for (std::size_t i = 0; i < 6; ++i) tag += static_cast<char>('A' + digest.bytes[i] % 26);
  return tag;
}

int metric(hb_font_t* font, hb_ot_metrics_tag_t which, double units) {
  hb_position_t value = 0;
  hb_ot_metrics_get_position_with_fallback(font, which, &value);
  return static_cast<int>(value * 1000.0 / units);
}

Result<EmbeddedFace> cut_down(const OpenFace& open, Face face) {
  const std::string name = kFileNames[static_cast<std::size_t>(face)];
  const auto refuse = [&] {
    return fail(ErrorCode::internal, Retry::never, name, "the font cannot be cut down");
  };
  const SubsetPtr input(hb_subset_input_create_or_fail());
  if (!input) return refuse();
  // A CID font needs outlines and widths only; without hints it looks the same on today's screens.
  hb_subset_input_set_flags(input.get(), HB_SUBSET_FLAGS_NO_HINTING);
  hb_set_t* drop = hb_subset_input_set(input.get(), HB_SUBSET_SETS_DROP_TABLE_TAG);
  for (const hb_tag_t table :
       {HB_TAG('G', 'S', 'U', 'B'), HB_TAG('G', 'P', 'O', 'S'), HB_TAG('G', 'D', 'E', 'F'),
        HB_TAG('n', 'a', 'm', 'e'), HB_TAG('p', 'o', 's', 't'), HB_TAG('O', 'S', '/', '2'),
        HB_TAG('c', 'm', 'a', 'p'), HB_TAG('k', 'e', 'r', 'n'), HB_TAG('D', 'S', 'I', 'G')})
    hb_set_add(drop, table);
  hb_set_t* glyphs = hb_subset_input_glyph_set(input.get());
  for (const auto& [glyph, text] : open.used) hb_set_add(glyphs, glyph);
  const PlanPtr plan(hb_subset_plan_create_or_fail(open.face.get(), input.get()));
  if (!plan) return refuse();
  const FacePtr small(hb_subset_plan_execute_or_fail(plan.get()));
  if (!small) return refuse();
  const BlobPtr blob(hb_face_reference_blob(small.get()));
  unsigned length = 0;
  const char* bytes = hb_blob_get_data(blob.get(), &length);
  if (bytes == nullptr || length == 0) return refuse();

  EmbeddedFace made;
  made.face = face;
  made.program.assign(bytes, bytes + length);
  made.name = subset_tag(made.program) + "+" + name;
  const hb_map_t* renumbered = hb_subset_plan_old_to_new_glyph_mapping(plan.get());
  made.cid_to_gid.assign(2, 0);  // CID 0 is never shown
  made.widths = "[1 [";
  for (std::size_t i = 0; i < open.used.size(); ++i) {
    const hb_codepoint_t glyph = hb_map_get(renumbered, open.used[i].first);
    if (glyph == HB_MAP_VALUE_INVALID || glyph == 0) return refuse();
    made.cid_to_gid.push_back(static_cast<std::uint8_t>(glyph >> 8));
    made.cid_to_gid.push_back(static_cast<std::uint8_t>(glyph & 0xFF));
    made.widths += (i == 0 ? "" : " ") + pdf_number(open.nominal[i] * 1000, 3);
  }
  made.widths += "]]";
  made.to_unicode = cmap_of(open);
  hb_font_t* font = open.font.get();
  made.ascent = metric(font, HB_OT_METRICS_TAG_HORIZONTAL_ASCENDER, open.units);
  made.descent = metric(font, HB_OT_METRICS_TAG_HORIZONTAL_DESCENDER, open.units);
  made.cap_height = metric(font, HB_OT_METRICS_TAG_CAP_HEIGHT, open.units);
  const bool leans = face == Face::italic || face == Face::bold_italic;
  made.italic_angle = leans ? -16 : 0;  // of Tinos Italic
  made.stem = face == Face::bold || face == Face::bold_italic ? 140 : 80;
  hb_glyph_extents_t all{};
  double left = 0, top = 0, right = 0, bottom = 0;
  for (const auto& [glyph, text] : open.used) {
    if (hb_font_get_glyph_extents(font, glyph, &all) == 0) continue;
    left = std::min(left, double{all.x_bearing * 1.0});
    top = std::max(top, double{all.y_bearing * 1.0});
    right = std::max(right, double{(all.x_bearing + all.width) * 1.0});
    bottom = std::min(bottom, double{(all.y_bearing + all.height) * 1.0});
  }
  const auto thousandths = [&](double value) { return static_cast<int>(value * 1000 / open.units); };
  made.box[0] = thousandths(left) - 1;
  made.box[1] = thousandths(bottom) - 1;
  made.box[2] = thousandths(right) + 1;
  made.box[3] = thousandths(top) + 1;
  return made;
}

}  // namespace

struct FontSet::Inside {
  std::array<OpenFace, 4> faces;
  std::filesystem::path folder;

  // Opened when first used: a copy seldom needs all four.
  Done open(Face which) {
    const auto at = static_cast<std::size_t>(which);
    OpenFace& open = faces[at];
    if (open.font) return {};
    const auto path = folder / (std::string(kFileNames[at]) + ".ttf");
    const BlobPtr blob(hb_blob_create_from_file_or_fail(path.c_str()));
    if (!blob)
      return fail(ErrorCode::missing_model, Retry::after_operator, path.string(),
                  "the font is not there: install the Debian package fonts-croscore");
    open.face.reset(hb_face_create(blob.get(), 0));
    if (hb_face_get_glyph_count(open.face.get()) == 0)
      return fail(ErrorCode::missing_model, Retry::after_operator, path.string(),
                  "this is no font: install the Debian package fonts-croscore again");
    open.units = hb_face_get_upem(open.face.get());
    open.font.reset(hb_font_create(open.face.get()));
    return {};
  }
};

FontSet::FontSet(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
FontSet::FontSet(FontSet&&) noexcept = default;
FontSet& FontSet::operator=(FontSet&&) noexcept = default;
FontSet::~FontSet() = default;

Result<FontSet> FontSet::open(const std::filesystem::path& folder) {
  auto inside = std::make_unique<Inside>();
  inside->folder = folder;
  SOGOC_CHECK(inside->open(Face::regular));
  return FontSet(std::move(inside));
}

Result<ShapedText> FontSet::shape(Face which, std::string_view text) {
  SOGOC_CHECK(inside_->open(which));
  OpenFace& open = inside_->faces[static_cast<std::size_t>(which)];
  if (const auto known = open.shaped.find(text); known != open.shaped.end()) return known->second;

  // A letter that the font has only in pieces is set from its pieces.
  std::string pieces;
  for (const char32_t point : code_points(text)) {
    std::string letter;
    icu::UnicodeString(static_cast<UChar32>(point)).toUTF8String(letter);
    hb_codepoint_t glyph = 0;
    const auto has = [&](char32_t c) {
      return hb_font_get_nominal_glyph(open.font.get(), c, &glyph) != 0 && glyph != 0;
    };
    if (has(point)) {
      pieces += letter;
      continue;
    }
    const std::string apart = decomposed(letter);
    for (const char32_t piece : code_points(apart))
      if (!has(piece))
        return fail(ErrorCode::unsupported_input, Retry::after_operator, "text of the copy",
                    fmt::format("the font has no U+{:04X}; write it with other letters",
                                static_cast<unsigned>(point)));
    pieces += apart;
  }

  const BufferPtr buffer(hb_buffer_create());
  hb_buffer_set_cluster_level(buffer.get(), HB_BUFFER_CLUSTER_LEVEL_MONOTONE_CHARACTERS);
  hb_buffer_add_utf8(buffer.get(), pieces.data(), static_cast<int>(pieces.size()), 0,
                     static_cast<int>(pieces.size()));
  hb_buffer_set_direction(buffer.get(), HB_DIRECTION_LTR);
  hb_buffer_set_script(buffer.get(), HB_SCRIPT_LATIN);
  hb_buffer_set_language(buffer.get(), hb_language_from_string("vi", 2));
  // A ligature would be one glyph for two letters of a name; offices' papers have none.
  const std::array<hb_feature_t, 2> features{
      hb_feature_t{HB_TAG('l', 'i', 'g', 'a'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
      hb_feature_t{HB_TAG('c', 'l', 'i', 'g'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END}};
  hb_shape(open.font.get(), buffer.get(), features.data(), features.size());
  unsigned count = 0;
  const hb_glyph_info_t* infos = hb_buffer_get_glyph_infos(buffer.get(), &count);
  const hb_glyph_position_t* places = hb_buffer_get_glyph_positions(buffer.get(), &count);

  ShapedText shaped;
  shaped.face = which;
  for (unsigned i = 0; i < count; ++i) {
    // The text of a cluster goes to its first glyph; LTR clusters only grow.
    if (i > 0 && infos[i].cluster == infos[i - 1].cluster)
      return fail(ErrorCode::unsupported_input, Retry::after_operator, "text of the copy",
                  "a letter of several glyphs cannot be copied from the PDF again");
    const std::size_t end = i + 1 < count ? infos[i + 1].cluster : pieces.size();
    std::string own = clean_text(std::string_view(pieces).substr(infos[i].cluster, end - infos[i].cluster));
    if (own.empty()) own = " ";
    const std::uint32_t glyph = infos[i].codepoint;
    const double nominal = hb_font_get_glyph_h_advance(open.font.get(), glyph) / open.units;
    auto [cid, is_new] = open.cids.try_emplace(
        {glyph, own}, static_cast<std::uint16_t>(open.used.size() + 1));
    if (is_new) {
      if (open.used.size() >= 60'000)
        return fail(ErrorCode::limit_exceeded, Retry::never, "text of the copy",
                    "it has more different letters than a font can hold");
      open.used.emplace_back(glyph, own);
      open.nominal.push_back(nominal);
    }
    shaped.glyphs.push_back({cid->second, places[i].x_advance / open.units, nominal,
                             places[i].x_offset / open.units, places[i].y_offset / open.units});
    shaped.width += shaped.glyphs.back().advance;
  }
  return open.shaped.emplace(std::string(text), std::move(shaped)).first->second;
}

Result<std::vector<EmbeddedFace>> FontSet::embed() const {
  std::vector<EmbeddedFace> all;
  for (std::size_t i = 0; i < inside_->faces.size(); ++i) {
    const OpenFace& open = inside_->faces[i];
    if (open.used.empty()) continue;
    SOGOC_TRY(auto face, cut_down(open, static_cast<Face>(i)));
    all.push_back(std::move(face));
  }
  return all;
}

}  // namespace sogoc
