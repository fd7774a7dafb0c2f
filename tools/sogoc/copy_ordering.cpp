#include "tools/sogoc/copy_ordering.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "pipeline/copies/vietnam_time.hpp"
#include "tools/signer/approval.hpp"
#include "tools/sogoc/copy_data.hpp"
#include "tools/sogoc/entry_source.hpp"

namespace sogoc {
namespace {

// Of the register's entry: what it says of itself need not be said again.
void add_entry_keys(const GatheredSource& entry, std::vector<std::string>& known) {
  for (const auto& [key, value] : {std::pair<const char*, const std::string&>{"register_number", entry.register_number},
                                   {"register_book", entry.register_book}, {"register_page", entry.register_page}})
    if (!value.empty()) known.emplace_back(key);
}

const std::vector<std::string>& request_keys() {
  static const std::vector<std::string> keys{"requester", "copies", "holder"};
  return keys;
}

Result<CopyOrder> order_of(CopyDesk& desk, const CopyWish& wish, const CopyTemplate& form) {
  CopyOrder order;
  SOGOC_TRY(order.kind, copy_kind_named(wish.kind));
  order.source = wish.source;
  order.template_version = form.term.from;
  order.with_images = form.images != Wanted::none;
  order.with_fields = form.fields != Wanted::none;
  order.client_token = wish.client_token;
  order.level = wish.level;
  order.body = desk.archive().identity().agency_name;
  order.body_code = desk.archive().identity().agency_code;
  order.lookup_base = wish.lookup_base;
  order.original_presented = wish.original_presented;
  order.source_is_sao_y = wish.source_is_sao_y;
  order.producer = "sogoc " SOGOC_VERSION;
  if (!wish.exception.empty()) order.exception = QualityException{wish.exception, wish.exception_by};
  order.values = wish.values;
  if (wish.request) {
    const CopyRequest& request = wish.request->request;
    order.request = wish.request->id;
    order.values.emplace_back("requester", request.full_name);
    order.values.emplace_back("copies", std::to_string(request.copies));
    order.values.emplace_back("holder", request.holder_name.empty() ? request.full_name : request.holder_name);
  }
  return order;
}

// Before a number is taken: a form that lacks a value would leave a void number behind.
Done check_values(Archive& archive, const CopyTemplate& form, const CopyOrder& order) {
  std::vector<std::string> ours = flow_value_keys();
  if (order.source.kind == CopySourceKind::entry) {
    SOGOC_TRY(const GatheredSource entry, gather_entry(archive, order.source.id));
    add_entry_keys(entry, ours);
  }
  if (!order.lookup_base.empty()) ours.emplace_back("lookup_url");
  const std::string missing = missing_values(form, order.values, ours);
  if (missing.empty()) return {};
  return fail(ErrorCode::usage, Retry::never, form.kind, "this form also needs --value for: " + missing);
}

// Words of the office that stood in the last copy of this kind; what belongs to one entry or person is not taken along.
FormValues usual_values(CopyStore& store, CopyKind kind, const std::vector<std::string>& keys) {
  FormValues usual;
  const auto last = store.copies({.kind = kind, .newest_first = true, .limit = 1});
  if (!last || last->empty()) return usual;
  const auto note = nlohmann::json::parse(last->front().resume_note, nullptr, false);
  if (!note.is_object() || !note.contains("values") || !note["values"].is_object()) return usual;
  for (const std::string& key : keys) {
    if (key.starts_with("register_") && key != "register_name") continue;
    const auto value = note["values"].find(key);
    if (value != note["values"].end() && value->is_string()) usual.emplace_back(key, value->get<std::string>());
  }
  return usual;
}

}  // namespace

Result<CopyDetails> begin_copy_of(CopyDesk& desk, const CopyWish& wish, const Actor& by) {
  const UtcTime now = desk.clock().now();
  SOGOC_TRY(const CopyTemplate form, copy_template(wish.kind, iso_day(vietnam_time(now).day)));
  SOGOC_TRY(const CopyOrder order, order_of(desk, wish, form));
  SOGOC_CHECK(check_values(desk.archive(), form, order));
  SOGOC_TRY(const BookSeries series, series_for(order.kind, now));
  return begin_copy(desk.parts(), order, series, by);
}

Result<CopyFormNeeds> copy_form_needs(CopyDesk& desk, const std::string& kind, const CopySource& source, bool request, bool lookup, UtcTime now) {
  CopyFormNeeds needs;
  SOGOC_TRY(const CopyKind known_kind, copy_kind_named(kind));
  SOGOC_TRY(const CopyTemplate form, copy_template(kind, iso_day(vietnam_time(now).day)));
  SOGOC_TRY(const GatheredSource gathered, desk.parts().sources.gather(source));
  std::vector<std::string> ours = flow_value_keys();
  ours.insert(ours.end(), {"form", "image_pages"});
  if (source.kind == CopySourceKind::entry) add_entry_keys(gathered, ours);
  if (request) ours.insert(ours.end(), request_keys().begin(), request_keys().end());
  if (lookup) ours.emplace_back("lookup_url");
  for (const std::string& key : required_values(form))
    if (std::find(ours.begin(), ours.end(), key) == ours.end()) needs.keys.push_back(key);
  needs.template_version = form.term.from;
  needs.title = gathered.title;
  needs.usual = usual_values(desk.archive().copies(), known_kind, needs.keys);
  return needs;
}

std::string approval_statement(const std::vector<WaitingCopy>& waiting, const std::string& approver, UtcTime now) {
  ApprovalStatement statement;
  statement.approver = approver;
  statement.role = std::string(name(waiting.front().what.role));
  statement.level = waiting.front().what.level;
  statement.at = now;
  for (const WaitingCopy& one : waiting) statement.digests.push_back(one.what.digest);
  std::sort(statement.digests.begin(), statement.digests.end());
  return statement_text(statement);
}

CopyApproval approval_by_code(const std::vector<WaitingCopy>& waiting, const std::string& approver, const std::string& code, UtcTime now) {
  CopyApproval approval;
  approval.role = waiting.front().what.role;
  approval.level = waiting.front().what.level;
  approval.approver = approver;
  approval.at = now;
  approval.statement = approval_statement(waiting, approver, now);
  approval.proof_kind = "totp";
  approval.proof = bytes_from_hex(totp_proof(approval.statement, code).value).value_or(Octets{});
  return approval;
}

}  // namespace sogoc
