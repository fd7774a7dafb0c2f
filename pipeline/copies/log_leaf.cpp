#include "pipeline/copies/log_leaf.hpp"

#include <nlohmann/json.hpp>

#include "pipeline/copies/canonical_json.hpp"
#include "pipeline/copies/vietnam_time.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMostExact = 9'007'199'254'740'991;  // a number of JSON stays exact up to here

auto refuse(std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, "log", std::move(why));
}
auto does_not_hold(std::string why) {
  return fail(ErrorCode::invalid, Retry::never, "log", std::move(why));
}

// Takes the members of an object one by one; done() refuses what nobody asked for.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {
    if (!object.is_object()) wrong_ = "is no object";
  }
  std::string text(const char* key) {
    const Json* value = take(key);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    return complain(key, "text"), std::string();
  }
  std::uint64_t number(const char* key) {
    const Json* value = take(key);
    if (value != nullptr && value->is_number_unsigned() && value->get<std::uint64_t>() <= kMostExact)
      return value->get<std::uint64_t>();
    return complain(key, "whole number"), 0;
  }
  Octets hex(const char* key) {
    if (auto bytes = bytes_from_hex(text(key))) return *bytes;
    return complain(key, "hex"), Octets();
  }
  Sha256 digest(const char* key) {
    if (const auto digest = sha256_from_hex(text(key))) return *digest;
    return complain(key, "digest"), Sha256();
  }
  std::vector<Sha256> digests(const char* key) {
    std::vector<Sha256> list;
    const Json* value = take(key);
    if (value == nullptr || !value->is_array() || value->size() > 128) return complain(key, "list of digests"), list;
    for (const Json& item : *value) {
      const auto digest = item.is_string() ? sha256_from_hex(item.get_ref<const std::string&>()) : std::nullopt;
      if (!digest) return complain(key, "list of digests"), list;
      list.push_back(*digest);
    }
    return list;
  }
  const Json* object(const char* key, bool required) {
    const Json* value = take(key);
    if (value == nullptr && !required) return nullptr;
    if (value == nullptr || !value->is_object()) return complain(key, "object"), nullptr;
    return value;
  }
  void expect(const char* key, const Json& wanted) {
    const Json* value = take(key);
    if (value == nullptr || *value != wanted) complain(key, "known value");
  }
  Done done() {
    if (wrong_.empty() && taken_ != object_.size()) wrong_ = "has a member that this version does not know";
    if (wrong_.empty()) return {};
    return refuse(wrong_);
  }

 private:
  const Json* take(const char* key) {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    if (found == object_.end()) return nullptr;
    ++taken_;
    return &*found;
  }
  void complain(const char* key, const char* what) {
    if (wrong_.empty()) wrong_ = std::string("'") + key + "' is no " + what;
  }
  const Json& object_;
  std::size_t taken_ = 0;
  std::string wrong_;
};

Json json_of(const SignedTreeHead& head) {
  Json json = {{"format", "sogoc-log-head"},
               {"v", 1},
               {"timestamp", head.head.timestamp},
               {"tree_size", head.head.tree_size},
               {"root_hash", to_hex(head.head.root)},
               {"extensions", hex_of(head.head.extensions)},
               {"key_id", to_hex(key_id_of(head.public_key))},
               {"public_key", hex_of(head.public_key)},
               {"signature", hex_of(head.signature)}};
  if (!head.timestamp_token.empty()) json["timestamp_token"] = hex_of(head.timestamp_token);
  return json;
}

Result<SignedTreeHead> head_of(const Json& json) {
  Members members(json);
  SignedTreeHead head;
  members.expect("format", "sogoc-log-head");
  members.expect("v", 1);
  head.head.timestamp = members.number("timestamp");
  head.head.tree_size = members.number("tree_size");
  head.head.root = members.digest("root_hash");
  head.head.extensions = members.hex("extensions");
  const Sha256 key_id = members.digest("key_id");
  head.public_key = members.hex("public_key");
  head.signature = members.hex("signature");
  if (json.is_object() && json.contains("timestamp_token")) head.timestamp_token = members.hex("timestamp_token");
  SOGOC_CHECK(members.done());
  if (key_id != key_id_of(head.public_key)) return refuse("'key_id' is not that of 'public_key'");
  if (head.head.extensions.size() > 0xFFFF) return refuse("'extensions' is too long");
  return head;
}

Json json_of(const std::vector<Sha256>& path) {
  Json list = Json::array();
  for (const Sha256& digest : path) list.push_back(to_hex(digest));
  return list;
}

std::string file_text(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

void put_number(Octets& bytes, std::uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

Sha256 log_commitment(const LogSalt& salt, std::string_view private_part) {
  Sha256Stream stream;
  stream.add(std::as_bytes(std::span(salt)));
  stream.add(std::as_bytes(std::span(private_part)));
  return stream.finish();
}

std::string leaf_text(const LogLeaf& leaf) {
  const Json json = {{"v", 1},
                     {"subject", name(leaf.subject)},
                     {"id", leaf.id},
                     {"state", leaf.state},
                     {"at", iso_utc(leaf.at)},
                     {"commitment", to_hex(leaf.commitment)}};
  // Only names of ours and numbers of a database: nothing in it can fail to have a form.
  return canonical_json(json).value();
}

Result<LogLeaf> leaf_from_text(std::string_view text) {
  SOGOC_TRY(const Json json, strict_canonical_json(text));
  Members members(json);
  LogLeaf leaf;
  members.expect("v", 1);
  const auto subject = value_in(kLogSubjectNames, members.text("subject"));
  leaf.id = static_cast<std::int64_t>(members.number("id"));
  leaf.state = members.text("state");
  const auto at = utc_from_iso(members.text("at"));
  leaf.commitment = members.digest("commitment");
  SOGOC_CHECK(members.done());
  if (!subject) return refuse("'subject' is not known");
  if (!at) return refuse("'at' is no time");
  leaf.subject = *subject;
  leaf.at = *at;
  return leaf;
}

Octets tree_head_bytes(const TreeHead& head) {
  Octets bytes;
  put_number(bytes, head.timestamp, 8);
  put_number(bytes, head.tree_size, 8);
  put_number(bytes, head.root.bytes.size(), 1);
  bytes.insert(bytes.end(), head.root.bytes.begin(), head.root.bytes.end());
  put_number(bytes, head.extensions.size(), 2);
  bytes.insert(bytes.end(), head.extensions.begin(), head.extensions.end());
  return bytes;
}

Sha256 key_id_of(std::span<const std::uint8_t> public_key) { return sha256_of(std::as_bytes(public_key)); }

std::string head_to_json(const SignedTreeHead& head) { return file_text(json_of(head)); }

Result<SignedTreeHead> head_from_json(std::string_view text) {
  SOGOC_TRY(const Json json, strict_json(text));
  return head_of(json);
}

std::string proof_to_json(const InclusionProof& proof) {
  Json json = {{"format", "sogoc-log-inclusion"},
               {"v", 1},
               {"leaf", proof.leaf},
               {"index", proof.index},
               {"path", json_of(proof.path)},
               {"head", json_of(proof.head)}};
  if (proof.opening)
    json["opening"] = {{"salt", hex_of(proof.opening->salt)}, {"private", proof.opening->private_part}};
  return file_text(json);
}

std::string proof_to_json(const ConsistencyProof& proof) {
  return file_text({{"format", "sogoc-log-consistency"},
                    {"v", 1},
                    {"first_size", proof.first_size},
                    {"first_root", to_hex(proof.first_root)},
                    {"path", json_of(proof.path)},
                    {"head", json_of(proof.head)}});
}

Result<InclusionProof> inclusion_proof_from_json(std::string_view text) {
  SOGOC_TRY(const Json json, strict_json(text));
  Members members(json);
  InclusionProof proof;
  members.expect("format", "sogoc-log-inclusion");
  members.expect("v", 1);
  proof.leaf = members.text("leaf");
  proof.index = members.number("index");
  proof.path = members.digests("path");
  const Json* head = members.object("head", true);
  const Json* opening = members.object("opening", false);
  SOGOC_CHECK(members.done());
  SOGOC_TRY(proof.head, head_of(*head));
  if (opening == nullptr) return proof;
  Members inside(*opening);
  const Octets salt = inside.hex("salt");
  proof.opening.emplace().private_part = inside.text("private");
  SOGOC_CHECK(inside.done());
  if (salt.size() != proof.opening->salt.size()) return refuse("'salt' has the wrong length");
  std::copy(salt.begin(), salt.end(), proof.opening->salt.begin());
  return proof;
}

Result<ConsistencyProof> consistency_proof_from_json(std::string_view text) {
  SOGOC_TRY(const Json json, strict_json(text));
  Members members(json);
  ConsistencyProof proof;
  members.expect("format", "sogoc-log-consistency");
  members.expect("v", 1);
  proof.first_size = members.number("first_size");
  proof.first_root = members.digest("first_root");
  proof.path = members.digests("path");
  const Json* head = members.object("head", true);
  SOGOC_CHECK(members.done());
  SOGOC_TRY(proof.head, head_of(*head));
  return proof;
}

Done check_inclusion(const InclusionProof& proof) {
  SOGOC_TRY(const LogLeaf leaf, leaf_from_text(proof.leaf));
  const TreeHead& head = proof.head.head;
  if (!inclusion_holds(merkle_leaf_hash(proof.leaf), proof.index, head.tree_size, proof.path, head.root))
    return does_not_hold("the leaf is not in the log that this head names");
  if (proof.opening && log_commitment(proof.opening->salt, proof.opening->private_part) != leaf.commitment)
    return does_not_hold("what was said about the leaf is not what it commits to");
  return {};
}

Done check_consistency(const ConsistencyProof& proof, const TreeHead& remembered) {
  if (proof.first_size != remembered.tree_size || proof.first_root != remembered.root)
    return does_not_hold("the proof is about another head than the remembered one");
  const TreeHead& head = proof.head.head;
  if (head.timestamp < remembered.timestamp)
    return does_not_hold("the head is older than the remembered one");
  if (!consistency_holds(remembered.tree_size, head.tree_size, remembered.root, head.root, proof.path))
    return does_not_hold("the log was rewritten after the remembered head was signed");
  return {};
}

}  // namespace sogoc
