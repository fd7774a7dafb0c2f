#include "pipeline/copies/copy_request.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/copies/canonical_json.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

auto refuse(std::string subject, std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, std::move(subject), std::move(why));
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

void check_paper(const CopyRequest& request, std::vector<std::string>& faults) {
  const std::string& number = request.paper_number;
  switch (request.paper) {
    case IdentityPaper::cccd:
      if (number.size() != 12 || !all_digits(number)) faults.push_back("a CCCD has 12 digits");
      return;
    case IdentityPaper::cmnd:
      if ((number.size() != 9 && number.size() != 12) || !all_digits(number)) faults.push_back("a CMND has 9 or 12 digits");
      return;
    case IdentityPaper::passport:
    case IdentityPaper::other:
      if (is_blank(number) || number.size() > 40) faults.push_back("the number of the identity paper is missing");
      return;
  }
}

void check_right(const CopyRequest& request, std::vector<std::string>& faults) {
  switch (request.relation) {
    case Relation::holder: return;
    case Relation::legal_representative:
    case Relation::authorised_representative:
      if (is_blank(request.basis)) faults.push_back("a representative shows the paper that gives the authority: name it as basis");
      return;
    case Relation::parent:
    case Relation::child:
    case Relation::spouse:
    case Relation::sibling:
    case Relation::heir:
      if (!request.holder_dead)
        faults.push_back("relatives and heirs may ask only when the holder is dead (ND 23/2015, Điều 16); a living "
                         "holder asks in person or by a representative");
      else if (is_blank(request.death_basis))
        faults.push_back("name the paper that proves the holder's death");
      if (is_blank(request.basis)) faults.push_back("name the paper that proves the relation to the holder");
      return;
    case Relation::presenter:
    case Relation::reader:
      if (has_holder(request.kind))
        faults.push_back("a copy from the register goes to the holder, a representative, or relatives of a dead "
                         "holder (ND 23/2015, Điều 16)");
      return;
  }
}

// One member of the request: how it is read. `wrong` gets the first fault.
struct Reader {
  const Json& json;
  std::string wrong;
  std::size_t taken = 0;

  const Json* take(const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) return nullptr;
    ++taken;
    return &*found;
  }
  void complain(const char* key, std::string_view wanted) {
    if (wrong.empty()) wrong = fmt::format("'{}' must be {}", key, wanted);
  }
  void text(const char* key, std::string& value) {
    const Json* found = take(key);
    if (found == nullptr) return;
    if (found->is_string())
      value = found->get<std::string>();
    else
      complain(key, "text");
  }
  void flag(const char* key, bool& value) {
    const Json* found = take(key);
    if (found == nullptr) return;
    if (found->is_boolean())
      value = found->get<bool>();
    else
      complain(key, "true or false");
  }
  template <typename Number>
  void number(const char* key, Number& value) {
    const Json* found = take(key);
    if (found == nullptr) return;
    if (found->is_number_integer() && *found >= 0 && *found <= 2'000'000'000)
      value = found->get<Number>();
    else
      complain(key, "a whole number");
  }
  template <typename Enum, std::size_t N>
  void word(const char* key, const NameTable<Enum, N>& names, Enum& value) {
    const Json* found = take(key);
    if (found == nullptr) return;
    const auto known = found->is_string() ? value_in(names, found->get_ref<const std::string&>()) : std::nullopt;
    if (known) {
      value = *known;
      return;
    }
    std::string list;
    for (const auto& [each, word] : names) list += (list.empty() ? "one of " : ", ") + std::string(word);
    complain(key, list);
  }
};

}  // namespace

Result<std::string> request_to_json(const CopyRequest& request) {
  Json json = {{"full_name", request.full_name},
               {"organisation", request.organisation},
               {"paper", name(request.paper)},
               {"paper_number", request.paper_number},
               {"address", request.address},
               {"phone", request.phone},
               {"relation", name(request.relation)},
               {"basis", request.basis},
               {"holder_name", request.holder_name},
               {"holder_dead", request.holder_dead},
               {"death_basis", request.death_basis},
               {"kind", name(request.kind)},
               {"copies", request.copies},
               {"wanted", request.wanted},
               {"purpose", request.purpose},
               {"channel", name(request.channel)},
               {"extension_days", request.extension_days},
               {"extension_reason", request.extension_reason}};
  if (request.source) {
    json["source_kind"] = name(request.source->kind);
    json["source"] = request.source->id;
  }
  return canonical_json(json);
}

Result<CopyRequest> request_from_json(std::string_view text) {
  SOGOC_TRY(const Json json, strict_json(text));
  if (!json.is_object()) return refuse("request", "is no JSON object");
  CopyRequest request;
  CopySource source;
  Reader reader{json, {}, 0};
  reader.text("full_name", request.full_name);
  reader.text("organisation", request.organisation);
  reader.word("paper", kIdentityPaperNames, request.paper);
  reader.text("paper_number", request.paper_number);
  reader.text("address", request.address);
  reader.text("phone", request.phone);
  reader.word("relation", kRelationNames, request.relation);
  reader.text("basis", request.basis);
  reader.text("holder_name", request.holder_name);
  reader.flag("holder_dead", request.holder_dead);
  reader.text("death_basis", request.death_basis);
  reader.word("kind", kCopyKindNames, request.kind);
  reader.number("copies", request.copies);
  reader.text("wanted", request.wanted);
  reader.text("purpose", request.purpose);
  reader.word("channel", kRequestChannelNames, request.channel);
  reader.number("extension_days", request.extension_days);
  reader.text("extension_reason", request.extension_reason);
  const std::size_t before_source = reader.taken;
  reader.word("source_kind", kCopySourceKindNames, source.kind);
  reader.number("source", source.id);
  if (reader.taken == before_source + 2)
    request.source = source;
  else if (reader.taken != before_source)
    return refuse("request", "'source_kind' and 'source' go together");
  if (!reader.wrong.empty()) return refuse("request", reader.wrong);
  if (reader.taken != json.size()) return refuse("request", "holds a member that is not known");
  return request;
}

Done check_request(const CopyRequest& request) {
  std::vector<std::string> faults;
  if (is_blank(request.full_name)) faults.push_back("the applicant's name is missing");
  check_paper(request, faults);
  check_right(request, faults);
  if (request.copies < 1 || request.copies > kMostCopies)
    faults.push_back(fmt::format("the number of copies must be 1 to {}", kMostCopies));
  if (!request.source && is_blank(request.wanted)) faults.push_back("say what is wanted: a source, or words to look for it");
  if (request.extension_days < 0 || request.extension_days > kMostExtensionDays)
    faults.push_back(fmt::format("the deadline may be extended by at most {} working days", kMostExtensionDays));
  if (request.extension_days > 0 && is_blank(request.extension_reason))
    faults.push_back("a longer deadline needs a reason");
  if (faults.empty()) return {};
  return refuse("request", fmt::format("{}", fmt::join(faults, "; ")));
}

AppointmentSlip appointment_slip(std::int64_t id, const CopyRequest& request, UtcTime received, UtcTime deadline) {
  return {id, request.full_name, request.wanted, moment_in_words(received), deadline_in_words(deadline), iso_local(deadline)};
}

}  // namespace sogoc
