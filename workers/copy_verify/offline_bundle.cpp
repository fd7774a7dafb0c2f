#include "workers/copy_verify/offline_bundle.hpp"

#include <fstream>
#include <iterator>
#include <set>

#include <openssl/evp.h>
#include <nlohmann/json.hpp>

#include "pipeline/copies/canonical_json.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMost = 20'000;           // objects of a kind
constexpr std::size_t kMostObject = 16u << 20;  // bytes of one: a national CRL
constexpr std::uintmax_t kMostFile = 256u << 20;
constexpr const char* kFormat = "sogoc-offline-bundle";

std::string base64_of(const DerBytes& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// One text for one value: what base64_of writes.
std::optional<DerBytes> from_base64(const std::string& text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  DerBytes bytes(text.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  if (base64_of(bytes) != text) return std::nullopt;
  return bytes;
}

tl::unexpected<Error> refused(const std::string& what) {
  return fail(ErrorCode::invalid_input, Retry::never, "offline bundle",
              what + "; get the bundle again from the office that made it");
}

Result<std::vector<DerBytes>> objects(const Json& json, const char* key) {
  const Json& list = json.at(key);
  if (!list.is_array()) return refused(std::string(key) + " is no list");
  if (list.size() > kMost)
    return fail(ErrorCode::limit_exceeded, Retry::never, "offline bundle",
                std::string(key) + " holds more than any office has");
  std::vector<DerBytes> all;
  for (const Json& item : list) {
    if (!item.is_string()) return refused(std::string(key) + " holds something that is no text");
    const auto& text = item.get_ref<const std::string&>();
    if (text.size() / 4 * 3 > kMostObject)
      return fail(ErrorCode::limit_exceeded, Retry::never, "offline bundle",
                  std::string(key) + " holds an object larger than any real one");
    auto bytes = from_base64(text);
    if (!bytes) return refused(std::string(key) + " holds something that is no base64");
    all.push_back(std::move(*bytes));
  }
  return all;
}

template <typename T, typename Read>
Result<std::vector<T>> texts(const Json& json, const char* key, Read read) {
  const Json& list = json.at(key);
  if (!list.is_array() || list.size() > kMost)
    return refused(std::string(key) + " is no list of a sensible length");
  std::vector<T> all;
  for (const Json& item : list) {
    if (!item.is_object()) return refused(std::string(key) + " holds something that is no object");
    SOGOC_TRY(T one, read(item.dump()));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

std::string bundle_to_json(const OfflineBundle& bundle) {
  const auto list = [](const std::vector<DerBytes>& all) {
    Json json = Json::array();
    for (const DerBytes& one : all) json.push_back(base64_of(one));
    return json;
  };
  Json heads = Json::array(), proofs = Json::array();
  for (const SignedTreeHead& head : bundle.heads) heads.push_back(Json::parse(head_to_json(head)));
  for (const InclusionProof& proof : bundle.proofs)
    proofs.push_back(Json::parse(proof_to_json(proof)));
  const Json json{{"format", kFormat},
                  {"v", 1},
                  {"made_at", bundle.made_at},
                  {"body", bundle.body},
                  {"certificates", list(bundle.certificates)},
                  {"ocsp", list(bundle.evidence.ocsp)},
                  {"crls", list(bundle.evidence.crls)},
                  {"heads", std::move(heads)},
                  {"proofs", std::move(proofs)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<OfflineBundle> bundle_from_json(std::string_view text) {
  SOGOC_TRY(const Json json, strict_json(text));
  static const std::set<std::string> kMembers = {
      "format", "v", "made_at", "body", "certificates", "ocsp", "crls", "heads", "proofs"};
  if (!json.is_object()) return refused("it is no JSON object");
  for (const auto& [key, value] : json.items())
    if (!kMembers.contains(key)) return refused("it holds a member that version 1 does not know");
  for (const std::string& key : kMembers)
    if (!json.contains(key)) return refused("it lacks the member " + key);
  if (json.at("format") != kFormat || json.at("v") != 1)
    return refused("it is no offline bundle of version 1");
  if (!json.at("made_at").is_string() || !json.at("body").is_string())
    return refused("it does not say who made it when");
  OfflineBundle bundle;
  bundle.made_at = json.at("made_at").get<std::string>();
  bundle.body = json.at("body").get<std::string>();
  SOGOC_TRY(bundle.certificates, objects(json, "certificates"));
  SOGOC_TRY(bundle.evidence.ocsp, objects(json, "ocsp"));
  SOGOC_TRY(bundle.evidence.crls, objects(json, "crls"));
  SOGOC_TRY(bundle.heads, texts<SignedTreeHead>(json, "heads", head_from_json));
  SOGOC_TRY(bundle.proofs, texts<InclusionProof>(json, "proofs", inclusion_proof_from_json));
  return bundle;
}

Result<OfflineBundle> read_bundle(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error)
    return fail(ErrorCode::not_found, Retry::never, file.filename().string(),
                "the offline bundle cannot be opened");
  if (size > kMostFile)
    return fail(ErrorCode::limit_exceeded, Retry::never, file.filename().string(),
                "the offline bundle is larger than any office makes");
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.size() != size)
    return fail(ErrorCode::invalid_input, Retry::never, file.filename().string(),
                "the offline bundle cannot be read to its end");
  return bundle_from_json(text);
}

}  // namespace sogoc
