#pragma once

// Private to this folder: qpdf types live here.

#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>

#include "pipeline/core/page.hpp"
#include "pipeline/core/ports.hpp"
#include "pipeline/core/result.hpp"
#include "workers/pdf_read/geometry.hpp"

namespace sogoc::pdf {

// What qpdf throws, as our failure; call only inside a catch block.
[[nodiscard]] Error qpdf_failure(const std::string& subject);

// Runs `work`; every exception of qpdf becomes a failure about `subject`.
template <typename Work>
[[nodiscard]] std::invoke_result_t<Work> inside_qpdf(const std::string& subject, Work work) {
  try {
    return work();
  } catch (...) {
    return tl::unexpected<Error>(qpdf_failure(subject));
  }
}

// An open foreign PDF: read lazily from its file, never repaired on disk.
//
// Owner:  owns the qpdf document; object handles taken from it die with it.
// Thread: belongs to the thread that made it.
struct Document {
  std::unique_ptr<QPDF> qpdf;
  std::vector<QPDFObjectHandle> pages;  // leaves of the page tree, in order
  bool encrypted = false;
  bool repaired = false;
};

// Fails as FileReader::open says. At most `settings.max_pages` pages.
[[nodiscard]] Result<Document> open_document(const std::filesystem::path& file,
                                             const std::string& shown_name,
                                             const ReadingSettings& settings);

[[nodiscard]] std::vector<SignatureNote> find_signatures(Document& document);

// True when this widget, or a field above it, is a signature that was made.
[[nodiscard]] bool is_made_signature(QPDFObjectHandle widget);

// A key that a page may take from the nodes above it; null when none says it.
[[nodiscard]] QPDFObjectHandle inherited(QPDFObjectHandle node, const std::string& key);

[[nodiscard]] Result<PageGeometry> page_geometry(QPDFObjectHandle page,
                                                 const std::string& shown_name);

// Four or six numbers of an array; nothing when it is anything else.
[[nodiscard]] std::optional<Rect> rect_of(QPDFObjectHandle array);
[[nodiscard]] std::optional<Affine> matrix_of(QPDFObjectHandle array);
// A number with a plausible size, else `otherwise`.
[[nodiscard]] double number_of(QPDFObjectHandle object, double otherwise);
// qpdf's handles are shared pointers without const access.
[[nodiscard]] inline QPDFObjectHandle dictionary_of(QPDFObjectHandle stream) {
  return stream.getDict();
}
[[nodiscard]] int int_of(QPDFObjectHandle object, int otherwise);
[[nodiscard]] std::string name_of(QPDFObjectHandle object);  // "/X"; "" when not a name

// The stream's bytes after its filters (none of which may be an image codec), at most `cap`; a
// damaged stream gives what could be unpacked. Fails with limit_exceeded or invalid_input.
[[nodiscard]] Result<std::vector<std::uint8_t>> decoded_bytes(QPDFObjectHandle stream,
                                                              std::uint64_t cap,
                                                              const std::string& shown_name);
// The stream's bytes as stored (decrypted).
[[nodiscard]] Result<std::vector<std::uint8_t>> raw_bytes(QPDFObjectHandle stream,
                                                          std::uint64_t cap,
                                                          const std::string& shown_name);

// True when copying everything reachable from `object` stays small: qpdf copies recursively,
// and a long chain of references would eat the stack. /Parent and /Annots of `object` are left out.
[[nodiscard]] bool safe_to_copy(QPDFObjectHandle object);

}  // namespace sogoc::pdf
