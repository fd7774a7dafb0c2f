#pragma once

// Signed PDFs written by hand, revision by revision, so that a test says exactly what was signed
// and what came later. Nothing is checked here: attacks are written with the same means as honest
// files.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/test_pki.hpp"

namespace sogoc::test {

// Object numbers of the drawn document.
namespace part {
inline constexpr int catalog = 1, pages = 2, page = 3, content = 4, font = 5, form = 6,
                     body_field = 7, certifier_field = 8, information = 9, metadata = 10,
                     text_field = 11, second_page = 12, body_mark = 13, text_mark = 14,
                     hidden_content = 15, link = 16, first_free = 20;
}

// Bodies of those objects. What an attack changes, it takes from here and edits.
struct DocumentParts {
  std::string catalog_extra;  // further keys of the catalogue
  std::string form_extra;
  std::string page_extra;  // of the first page
  std::string text_value = "(Sai Gon)";
  std::string text_field_extra;
  std::map<int, std::string> more;  // further objects of the first revision
  [[nodiscard]] std::map<int, std::string> objects() const;
  // Set by signing, so that later revisions repeat them.
  std::string permissions;  // "/Perms << ... >>"
  std::string fields = "[7 0 R 8 0 R 11 0 R]";
  std::string annotations = "[7 0 R 8 0 R 11 0 R 16 0 R]";
  std::string security_store;               // "/DSS 30 0 R"
  std::string body_value, certifier_value;  // "/V 21 0 R"
};
[[nodiscard]] std::string stream_object(const std::string& dictionary, const std::string& data);

// A file with classic cross-reference tables; with `xref_stream` its base revision has a stream and
// packs what may be packed.
[[nodiscard]] std::string first_revision(const std::map<int, std::string>& objects,
                                         bool xref_stream = false);
struct UpdateWish {
  std::map<int, std::string> objects{};
  std::string trailer_extra{};             // "/Info 9 0 R"
  std::optional<int> root{};               // another root than 1
  std::map<int, std::size_t> elsewhere{};  // entries that lead to a place in the file as it is
  std::vector<int> free{};                 // entries that free an object
  bool with_index = true;                  // else objects only: no xref, trailer, startxref
  std::optional<std::size_t> previous{};   // another /Prev than the last startxref
};
[[nodiscard]] std::string with_update(std::string file, const UpdateWish& wish);
[[nodiscard]] std::size_t last_startxref(const std::string& file);
// Where "N 0 obj" begins, the last one.
[[nodiscard]] std::size_t place_of(const std::string& file, int object);

// Gets the signed bytes, gives the DER for the hole.
using HoleFiller = std::function<DerBytes(const std::vector<std::uint8_t>& signed_bytes)>;
struct SignWish {
  int value_object = 0;
  std::map<int, std::string> objects;  // written in the same revision (field with /V, catalogue)
  std::string entries = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached";
  std::string trailer_extra;
  std::size_t hole_bytes = 8192;
};
[[nodiscard]] std::string with_signature(std::string file, const SignWish& wish,
                                         const HoleFiller& fill);
// Signs anew the last hole of a file whose bytes a test has changed.
[[nodiscard]] std::string with_hole_filled(std::string file, std::size_t hole_begin,
                                           std::size_t hole_end, const DerBytes& value);
struct Hole {
  std::size_t begin = 0, end = 0;  // '<' and '>' included
};
[[nodiscard]] Hole last_hole(const std::string& file);
[[nodiscard]] std::string replaced(std::string text, const std::string& what,
                                   const std::string& with);  // the first; throws when absent

// The usual signer: CAdES with a timestamp of that time.
[[nodiscard]] HoleFiller signer(const Pki& pki, const Credential& who, UtcTime time,
                                bool stamped = true);
[[nodiscard]] HoleFiller stamper(const Pki& pki, UtcTime time);

// An honest life of a copy, step by step.
class SignedCopy {
 public:
  explicit SignedCopy(const Pki& pki, UtcTime signed_at, DocumentParts parts = {},
                      bool xref_stream = false);
  SignedCopy& certify(int permission, const HoleFiller* fill = nullptr);  // body, DocMDP
  SignedCopy& approve(const HoleFiller* fill = nullptr);                  // body, no certification
  SignedCopy& countersign(const HoleFiller* fill = nullptr);  // certifier, existing field
  SignedCopy& add_validation_data(const RevocationEvidence& evidence);
  SignedCopy& add_document_timestamp(UtcTime time);
  SignedCopy& update(const UpdateWish& wish);
  // An update that writes these objects anew, from the parts as they are now.
  SignedCopy& rewrite(const std::vector<int>& objects, std::map<int, std::string> others = {});

  DocumentParts parts;
  std::string file;

 private:
  SignedCopy& sign_body(const std::string& reference, const std::string& permissions,
                        const HoleFiller* fill);
  const Pki& pki_;
  UtcTime signed_at_;
  int next_ = part::first_free;
};

}  // namespace sogoc::test
