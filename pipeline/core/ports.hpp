#pragma once

// What the flow needs from outside. Implementations live in workers/ and storage/; tests fake
// them. The ports see files, pictures and text, never jobs, sockets or keys.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Settings that travel with every task; defaults are the shipped profile.
struct ReadingSettings {
  std::string language = "vie";             // model name under models/language
  std::string profile = "standard";         // "standard", "book", "photo"
  std::vector<std::string> register_layouts;  // ids of templates a book's pages may follow; empty = any
  std::uint32_t max_pages = 20'000;         // a file
  std::uint64_t max_pixels = 400'000'000;   // a page
  std::uint64_t max_file_bytes = 4ull << 30;
  int page_time_limit_s = 180;
  int document_time_limit_s = 3600;
  int memory_limit_mb = 2000;               // a worker
  int render_dpi = 300;                     // born-digital pages that cannot be grafted
  friend bool operator==(const ReadingSettings&, const ReadingSettings&) = default;
};

// Blobs that a worker produces. Idempotent: the same bytes give the same digest.
class BlobSink {
 public:
  virtual ~BlobSink() = default;
  [[nodiscard]] virtual Result<Sha256> put(std::span<const std::uint8_t> bytes) = 0;
  [[nodiscard]] virtual Result<Sha256> put_file(const std::filesystem::path& file) = 0;
};

// Blobs that a worker needs, as files it may read for the length of its task.
class BlobSource {
 public:
  virtual ~BlobSource() = default;
  [[nodiscard]] virtual Result<std::filesystem::path> fetch(const Sha256& digest) = 0;
};

// One page of a received file, decoded.
struct DecodedPage {
  PageImage raster;                         // the master raster, as scanned: not turned
  Degrees known_turn;                       // clockwise turn that EXIF or /Rotate asks for: 0..270
  BoxPx crop;                               // visible part of the raster (PDF crop box); full otherwise
  PageOrigin origin = PageOrigin::scan;
  std::vector<PlacedPicture> pictures;      // bottom to top; empty for a graft
  std::vector<Region> own_text;             // text that the file carries, in raster pixels as
                                            // displayed after known_turn; signature overlays too
  bool jbig2_lossy = false;
  std::vector<std::string> notes;
};

// A page of our own that stands for one which cannot be decoded: it says so in words.
struct NoticePage {
  SizePx size;
  Resolution resolution;
  PlacedPicture picture;
  Region words;                             // of the notice: never body text
};

// workers/pdf_read and workers/image: outside bytes to pixels. Runs only in a worker process.
class FileReader {
 public:
  virtual ~FileReader() = default;
  // Judges by content, not by name. Fails with unsupported_input, invalid_input (truncated,
  // empty, no pages), password_required or limit_exceeded, in one clear sentence.
  [[nodiscard]] virtual Result<OpenedFile> open(const std::filesystem::path& file,
                                                const std::string& shown_name,
                                                const ReadingSettings& settings) = 0;
  // Decodes one page; picture bytes go to `blobs`. The same failures as open().
  [[nodiscard]] virtual Result<DecodedPage> decode(const std::filesystem::path& file,
                                                   const std::string& shown_name, PageIndex index,
                                                   const ReadingSettings& settings,
                                                   BlobSink& blobs) = 0;
};

// workers/image: judges the master and says how its upright parts lie in it.
struct StraightPage {
  PageQuality quality;
  std::vector<PagePart> parts;              // geometry only; text still empty
  std::vector<PageImage> reading;           // for each part: what the reader should see, at the
                                            // part's size; seal and borders taken away
  std::vector<PageImage> upright;           // for each part: the same geometry, colours untouched
  std::vector<Region> ink_regions;          // seals, coloured ink; pixels of the first part
                                            // when there is one part, else of their own (part_of)
  std::vector<int> part_of;                 // for each ink region: index into parts
  bool red_seal = false;
  std::vector<std::string> doubts;
};
class PageStraightener {
 public:
  virtual ~PageStraightener() = default;
  // Never changes pixels of the master; geometry it is unsure of is left alone.
  [[nodiscard]] virtual Result<StraightPage> straighten(const DecodedPage& page,
                                                        const ReadingSettings& settings) = 0;
};

// workers/ocr: reads one upright part. One instance a thread; starts no threads of its own.
class PageReader {
 public:
  virtual ~PageReader() = default;
  // `ink` are regions the straightener found on this part; `own_text` is what the file itself
  // carries, already in upright pixels. A page without text is a success without regions.
  [[nodiscard]] virtual Result<PageText> read(const PageImage& reading, const PageImage& upright,
                                              std::span<const Region> ink,
                                              std::span<const Region> own_text,
                                              const ReadingSettings& settings) = 0;
};

// workers/metadata: fields of an administrative document from its read pages.
class MetadataReader {
 public:
  virtual ~MetadataReader() = default;
  // Secrecy marks (độ mật) printed on the page, as printed. Asked before anything is indexed.
  [[nodiscard]] virtual std::vector<std::string> secrecy_marks(const PagePart& part) = 0;
  [[nodiscard]] virtual Result<DocumentMetadata> read(std::span<const PageRecord> pages) = 0;
};

// workers/layout: tables and forms of a page of a bound register, and the entries in them.
class RegisterReader {
 public:
  virtual ~RegisterReader() = default;
  // The parts hold the words that were read; `reading` and `upright` are their pictures, one each.
  // A page of unknown layout is a success with layout "generic-table"; so is one without entries,
  // which says so in its findings. Fails with missing_model or corrupt (templates, network).
  [[nodiscard]] virtual Result<RegisterPage> read(std::span<const PagePart> parts,
                                                  std::span<const PageImage> reading,
                                                  std::span<const PageImage> upright,
                                                  const ReadingSettings& settings) = 0;
};

// What a document is made of: the records are fetched one at a time, so that 20,000 pages
// do not have to be in memory at once.
struct DocumentSource {
  std::vector<Sha256> page_records;         // blobs, in page order
  std::vector<std::string> page_names;      // "batch 3 page 12", for notes and errors
  std::string title;                        // for the PDF's metadata; "" = subject or number
  std::string identifier;                   // "<mã hồ sơ>.<ordinal>" or the output's name
  std::string creator_tool;                 // "sogoc 0.1.0"
  std::string created_at;                   // ISO 8601 with offset; injected, so tests are stable
  std::vector<SignatureNote> signatures;    // of the received files: "signature not carried"
  std::vector<Sha256> derived_from;         // received files
  DocumentMetadata metadata;
};

// workers/pdf_write: the files of a document. Writes into `folder`, which exists and is empty.
struct WrittenDocument {
  std::filesystem::path pdf;
  std::filesystem::path text;
  std::filesystem::path alto;
  std::string conformance;
  std::vector<std::string> notes;
};
class DocumentComposer {
 public:
  virtual ~DocumentComposer() = default;
  [[nodiscard]] virtual Result<WrittenDocument> compose(const DocumentSource& source,
                                                        BlobSource& blobs,
                                                        const std::filesystem::path& folder) = 0;
};

}  // namespace sogoc
