// The document security store: what a verifier needs when the issuers no longer answer.

#include <map>
#include <set>

#include <openssl/evp.h>

#include <fmt/format.h>

#include "workers/pades/pades.hpp"
#include "workers/pades/pdf_text.hpp"
#include "workers/pades/raw_pdf.hpp"
#include "workers/pades/revision.hpp"

namespace sogoc {

using namespace pades;

namespace {

// The name that the standard gives to a signature's entry: SHA-1, which protects nothing here.
std::string vri_key(std::string_view contents) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(contents.data(), contents.size(), digest, &length, EVP_sha1(), nullptr) != 1)
    return {};
  std::string key;
  for (unsigned int i = 0; i < length; ++i) key += fmt::format("{:02X}", digest[i]);
  return key;
}

// One list of the store (/Certs, /OCSPs, /CRLs): what is there, what comes.
class StoredList {
 public:
  // The objects of the file's store, by their bytes.
  [[nodiscard]] Done take(const RawPdf& pdf, const RawDictionary& store, std::string_view key) {
    const RawValue* list = store.find(key);
    if (list == nullptr) return {};
    SOGOC_TRY(const RawValue array, pdf.resolved(*list));
    const auto numbers = references_in(array.text);
    if (!numbers) return pdf.refuse(fmt::format("its /{} is damaged", key));
    for (const int number : *numbers) {
      SOGOC_TRY(const std::string bytes, stream_bytes(pdf, number));
      known_.emplace(bytes, number);
      all_.push_back(number);
    }
    return {};
  }
  void add(Revision& revision, const std::vector<std::vector<std::uint8_t>>& blobs) {
    for (const auto& blob : blobs) {
      const std::string bytes(blob.begin(), blob.end());
      if (known_.contains(bytes)) continue;
      const int number = revision.add_stream(blob);
      known_.emplace(bytes, number);
      all_.push_back(number);
    }
  }
  // "/Certs [1 0 R 2 0 R] ", or nothing.
  [[nodiscard]] std::string entry(std::string_view key) const {
    if (all_.empty()) return {};
    std::string text;
    for (const int number : all_) text += fmt::format("{}{} 0 R", text.empty() ? "" : " ", number);
    return fmt::format("/{} [{}] ", key, text);
  }

 private:
  // Our own streams are written without filters and with a direct length.
  static Result<std::string> stream_bytes(const RawPdf& pdf, int number) {
    SOGOC_TRY(const RawValue value, pdf.object(number));
    const auto entries = parse_dictionary(value.text, value.at);
    const RawValue* length = entries ? entries->find("Length") : nullptr;
    if (length == nullptr || entries->find("Filter") != nullptr)
      return pdf.refuse("an object of its /DSS is not as we write it");
    std::size_t count = 0;
    for (const char c : length->text) {
      if (c < '0' || c > '9' || count > pdf.bytes().size())
        return pdf.refuse("an object of its /DSS is not as we write it");
      count = count * 10 + static_cast<std::size_t>(c - '0');
    }
    const std::size_t at = value.at + value.text.size();
    constexpr std::string_view kStart = "\nstream\n";
    const std::string_view rest = std::string_view(pdf.bytes()).substr(at);
    if (!rest.starts_with(kStart) || rest.size() < kStart.size() + count)
      return pdf.refuse("an object of its /DSS is not as we write it");
    return std::string(rest.substr(kStart.size(), count));
  }

  std::map<std::string, int> known_;
  std::vector<int> all_;
};

// The names of the entries of all filled signatures.
Result<std::set<std::string>> signature_keys(const RawPdf& pdf) {
  std::set<std::string> keys;
  SOGOC_TRY(const std::vector<int> fields, pdf.fields());
  for (const int field : fields) {
    SOGOC_TRY(const RawDictionary entries, pdf.dictionary(field));
    const RawValue* value = entries.find("V");
    if (value == nullptr) continue;
    SOGOC_TRY(const RawDictionary signature, pdf.resolved_dictionary(*value));
    const RawValue* contents = signature.find("Contents");
    const auto bytes = contents == nullptr ? std::nullopt : bytes_of_hex(contents->text);
    if (!bytes || bytes->find_first_not_of('\0') == std::string::npos)
      return pdf.refuse("has a signature that is not filled yet");
    keys.insert(vri_key(*bytes));
  }
  return keys;
}

}  // namespace

Done append_dss(const std::filesystem::path& from, const std::filesystem::path& to,
                const ValidationMaterial& material) {
  SOGOC_TRY(const RawPdf pdf, RawPdf::open(from));
  SOGOC_TRY(const RawDictionary catalog, pdf.dictionary(pdf.root()));
  SOGOC_TRY(const std::set<std::string> signatures, signature_keys(pdf));
  if (signatures.empty()) return pdf.refuse("has no signature to keep evidence for");

  RawDictionary old;
  if (const RawValue* store = catalog.find("DSS")) {
    SOGOC_TRY(old, pdf.resolved_dictionary(*store));
  }
  StoredList certificates, ocsp, crls;
  SOGOC_CHECK(certificates.take(pdf, old, "Certs"));
  SOGOC_CHECK(ocsp.take(pdf, old, "OCSPs"));
  SOGOC_CHECK(crls.take(pdf, old, "CRLs"));
  Revision revision(pdf);
  certificates.add(revision, material.certificates);
  ocsp.add(revision, material.ocsp);
  crls.add(revision, material.crls);

  std::string entries;
  RawDictionary old_entries;
  if (const RawValue* vri = old.find("VRI")) {
    SOGOC_TRY(old_entries, pdf.resolved_dictionary(*vri));
    for (const auto& [key, value] : old_entries.entries)
      entries += fmt::format("/{} {} ", key, value.text);
  }
  for (const std::string& key : signatures)
    if (old_entries.find(key) == nullptr)
      entries += fmt::format("/{} << {}{}{}>> ", key, certificates.entry("Cert"),
                             ocsp.entry("OCSP"), crls.entry("CRL"));
  const int store =
      revision.add(fmt::format("<< {}{}{}/VRI << {}>> >>", certificates.entry("Certs"),
                               ocsp.entry("OCSPs"), crls.entry("CRLs"), entries));
  ChangedDictionary changed(catalog);
  changed.set("DSS", fmt::format("{} 0 R", store));
  revision.replace(pdf.root(), changed.text());
  return revision.write(from, to);
}

}  // namespace sogoc
