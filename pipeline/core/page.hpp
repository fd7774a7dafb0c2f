#pragma once

// The types that travel, in the order in which they are made. Plain data; each is made in one
// place and never changed after. JSON forms: pipeline/core/record_json.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/flattening.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/register.hpp"
#include "pipeline/core/units.hpp"

namespace sogoc {

// ---- What a received file is ----------------------------------------------------------------

enum class MediaType : std::uint8_t { tiff, jpeg, png, jp2, webp, bmp, pnm, pdf };

// A signature that a received PDF carries: reported as present, not verified here.
struct SignatureNote {
  std::string field;             // the form field's full name
  std::optional<int> page;       // 1-based page of its widget, if it has a place
  bool visible = false;
  friend bool operator==(const SignatureNote&, const SignatureNote&) = default;
};

// What opening a file tells, before any pixel is decoded.
struct OpenedFile {
  MediaType media_type = MediaType::tiff;
  std::uint32_t page_count = 0;             // never 0: a file without pages is refused
  std::vector<SignatureNote> signatures;
  std::vector<std::string> notes;           // "opened with an empty password", "repaired"
  friend bool operator==(const OpenedFile&, const OpenedFile&) = default;
};

// ---- Pictures as they go into the PDF -------------------------------------------------------

enum class PictureCoding : std::uint8_t { jpeg, jpx, ccitt_g4, flate, jbig2 };
enum class ColourModel : std::uint8_t { bilevel, gray, rgb, cmyk, indexed };

// One coded picture: its bytes are a PDF image stream of that coding, without further wrapping.
struct Picture {
  PictureCoding coding = PictureCoding::flate;
  SizePx size;
  int bits_per_component = 8;               // 1, 2, 4, 8 or 16
  ColourModel colour = ColourModel::rgb;
  Sha256 data;                              // blob
  std::optional<Sha256> jbig2_globals;      // blob
  std::optional<Sha256> icc_profile;        // blob; absent: sRGB, gray gamma 2.2 or plain CMYK
  std::vector<std::uint8_t> palette;        // indexed: RGB triples
  bool inverted = false;                    // /Decode [1 0 ...]
  bool black_is_1 = false;                  // ccitt_g4: /BlackIs1
  int predictor = 1;                        // flate: /Predictor (15: PNG)
  friend bool operator==(const Picture&, const Picture&) = default;
};

enum class PictureRole : std::uint8_t {
  base,                  // the scan itself
  overlay,               // a further picture of the page's own content
  signature_appearance,  // the visible mark of an electronic signature, flattened
};

// A picture on its page. `place` maps the unit square with origin top left, x right, y down
// (0,0 = the picture's first pixel) to pixels of the page's master raster; of a photograph, to pixels
// of the flat picture, which is what stands in the PDF.
struct PlacedPicture {
  PictureRole role = PictureRole::base;
  Picture picture;
  std::optional<Picture> soft_mask;         // gray or bilevel; white = shown
  Affine place;
  friend bool operator==(const PlacedPicture&, const PlacedPicture&) = default;
};

// ---- Text ----------------------------------------------------------------------------------

struct Word {
  std::string text;                         // UTF-8, NFC, no blanks inside
  BoxPx box;                                // upright pixels of its part
  Confidence confidence;
  friend bool operator==(const Word&, const Word&) = default;
};

// How a line goes on from the one before it in its region: only in tables does it ever join it.
enum class LineJoin : std::uint8_t {
  own_line,
  cell,       // the next cell of the same row: a tab in plain text
  same_cell,  // the cell goes on: a blank
};

struct TextLine {
  std::vector<Word> words;                  // in reading order; one blank between words
  BoxPx box;
  int baseline = 0;                         // y of the baseline, upright pixels
  LineJoin join = LineJoin::own_line;
  friend bool operator==(const TextLine&, const TextLine&) = default;
};

enum class RegionKind : std::uint8_t {
  text,                 // body text, letter head, titles, lists
  table,                // rows top to bottom, cells left to right, each cell's lines together
  footnote,
  page_number,
  signature_overlay,    // printed-over mark of an electronic signature; never body text
  seal,
  stamp,                // ink stamp with or without hand-filled parts
  handwriting,          // numbers, days, notes and signatures written by hand
  picture,
};
[[nodiscard]] constexpr bool is_body(RegionKind kind) {
  return kind == RegionKind::text || kind == RegionKind::table || kind == RegionKind::footnote ||
         kind == RegionKind::page_number;
}

struct Region {
  RegionKind kind = RegionKind::text;
  BoxPx box;                                // upright pixels
  std::vector<TextLine> lines;              // what could be read of it
  bool illegible = false;                   // there is ink, and it could not be read
  Confidence confidence;
  std::string source;                       // "ocr", "pdf" (the file's own text), "layout"
  friend bool operator==(const Region&, const Region&) = default;
};

// Regions in reading order. A page without text has no regions and is a success.
struct PageText {
  std::vector<Region> regions;
  std::string language;                     // BCP 47: "vi"
  std::string engine;                       // "tesseract 5.3.0 vie/best_int"
  friend bool operator==(const PageText&, const PageText&) = default;
};

// ---- One page ------------------------------------------------------------------------------

// How one upright page lies in its master. A spread has two parts, every other page one.
struct PagePart {
  SizePx size;                              // upright pixels
  Resolution resolution;                    // of the upright picture; never 0
  Affine upright_from_master;               // every step in one map; words map back by its inverse
  std::optional<Flattening> flattening;     // of a photograph: the map above, and `kept`, start from
                                            // the flat picture; this goes on to the master
  Degrees turned;                           // 0, 90, 180 or 270, clockwise, done to read it
  Confidence turn_confidence;
  Degrees skew;                             // measured tilt of the master's text, clockwise
  Confidence skew_confidence;
  Degrees deskewed;                         // what was applied: -skew, or 0 when unsure
  BoxPx kept;                               // this part of the turned master, before deskew
  PageText text;
  friend bool operator==(const PagePart&, const PagePart&) = default;
};

// A finding that has a place on the page.
struct QualityPlace {
  std::string finding;
  BoxPx box;                                // master pixels
  friend bool operator==(const QualityPlace&, const QualityPlace&) = default;
};

struct PageQuality {
  Resolution stated;                        // what the file says; 0 = nothing or absurd
  Resolution effective;                     // what the pipeline uses; never 0
  std::string resolution_source;            // "file", "paper" (measured against it), "assumed"
  std::string paper;                        // "A4", "A3 landscape", "" when no size fits
  bool blank = false;
  bool show_through = false;                // blank but for the other side shining through
  double ink_share = 0;                     // 0..1 of the area
  double sharpness = 0;                     // edge width measure, higher is sharper; see image/quality
  double contrast = 0;                      // 0..1 between ink and paper
  double speckle = 0;                       // specks a square inch
  bool jbig2_lossy = false;                 // the scan may hold substituted glyphs
  // findings: "blurred", "low_contrast", "cut_left", "cut_top", "cut_right", "cut_bottom",
  // "low_resolution", "speckled", "jbig2_lossy", "dark_border", "punch_holes"; of photographs too
  // "photograph", "glare", "shadow", "page_not_found", "paper_unknown"
  std::vector<std::string> findings;
  std::vector<QualityPlace> places;         // of findings that have one: "glare", "shadow"
  friend bool operator==(const PageQuality&, const PageQuality&) = default;
};

enum class PageOrigin : std::uint8_t {
  scan,                 // pictures; text by recognition
  born_digital_graft,   // the PDF page itself is kept, with its own text
  born_digital_render,  // rendered at 300 dpi; its own text laid under
};

// What a page worker found; one JSON blob.
struct PageRecord {
  Sha256 file;                              // the received file
  PageIndex index;                          // page in that file
  PageOrigin origin = PageOrigin::scan;
  SizePx master_size;                       // pixels of the master raster
  Resolution master_resolution;             // effective, never 0
  PageQuality quality;
  std::vector<PlacedPicture> pictures;      // bottom to top; empty for a graft
  std::vector<PagePart> parts;              // in reading order, at least one
  bool red_seal = false;                    // a seal in red ink stands on the page
  std::vector<std::string> secrecy_marks;   // as printed: "MẬT", "TUYỆT MẬT"
  std::vector<std::string> doubts;          // why a person should look; empty = none
  std::vector<std::string> notes;           // for the report
  std::optional<Sha256> thumbnail;          // blob: small JPEG, absent for restricted pages
  std::optional<RegisterPage> register_page;  // entries; absent when the page is not of a book
  friend bool operator==(const PageRecord&, const PageRecord&) = default;
};

// Page states: received -> reading -> done | blank | needs_person | quarantined | restricted.
// unreadable: it was quarantined, and a person accepted that it has no text.
enum class PageState : std::uint8_t {
  received,
  reading,
  done,
  blank,
  needs_person,
  quarantined,
  restricted,
  unreadable,
};

// ---- Metadata ------------------------------------------------------------------------------

struct MetadataField {
  std::string key;                          // "issuedDate": a column of the metadata schema
  std::string value;                        // "" unless state is read or confirmed
  ValueState state = ValueState::empty;
  Confidence confidence;
  int page = 0;                             // 1-based page of the document; 0 = nowhere
  BoxPx box;                                // master pixels of that page; empty = nowhere
  std::string source;                       // "text", "layout", "digits", "colour", "person"
  friend bool operator==(const MetadataField&, const MetadataField&) = default;
};

// Fields in the order of the schema, each key once.
struct DocumentMetadata {
  std::vector<MetadataField> fields;
  std::vector<std::string> doubts;          // checks that failed, in words
  friend bool operator==(const DocumentMetadata&, const DocumentMetadata&) = default;
};

// ---- One document --------------------------------------------------------------------------

// What a document worker wrote; one JSON blob.
struct DocumentRecord {
  Sha256 pdf;
  Sha256 text;
  Sha256 alto;                              // one ALTO file with every page
  std::uint64_t pdf_bytes = 0;
  std::uint32_t pages = 0;
  std::string conformance;                  // "PDF/A-2u"
  DocumentMetadata metadata;
  std::vector<std::string> notes;
  friend bool operator==(const DocumentRecord&, const DocumentRecord&) = default;
};

[[nodiscard]] std::string_view name(MediaType type);
[[nodiscard]] std::string_view name(PictureCoding coding);
[[nodiscard]] std::string_view name(ColourModel colour);
[[nodiscard]] std::string_view name(PictureRole role);
[[nodiscard]] std::string_view name(RegionKind kind);
[[nodiscard]] std::string_view name(PageOrigin origin);
[[nodiscard]] std::string_view name(PageState state);
[[nodiscard]] std::string_view name(ValueState state);
[[nodiscard]] std::optional<PageState> page_state_named(std::string_view text);

// The words of a line joined by blanks.
[[nodiscard]] std::string text_of(const TextLine& line);
// The body of a page: lines of body regions joined by line feeds, regions by an empty line. A row of
// a table is one line, its cells parted by tabs.
[[nodiscard]] std::string body_text(const PageText& text);
// A box of an upright part, in pixels of the master, clipped to it.
[[nodiscard]] BoxPx box_on_master(const BoxPx& upright, const PagePart& part, SizePx master);

}  // namespace sogoc
