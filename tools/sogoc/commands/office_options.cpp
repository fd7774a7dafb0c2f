#include "tools/sogoc/commands/office_options.hpp"

#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

template <typename T>
OrderedJson or_null(const std::optional<T>& value, auto show) {
  return value ? OrderedJson(show(*value)) : OrderedJson();
}

}  // namespace

void add_actor_options(CLI::App& command, ActorOptions& options) {
  add_by_option(command, options.by);
  command.add_option("--role", options.role, tr("in which office: clerk, head, certifier or archivist"))
      ->check(CLI::IsMember({"clerk", "head", "certifier", "archivist"}));
}

Actor actor_from(const ActorOptions& options) {
  return {options.by, value_in(kOfficeRoleNames, options.role).value_or(OfficeRole::clerk)};
}

OrderedJson json_of(const CopyDetails& copy) {
  OrderedJson json = {{"copy", copy.id},
                      {"kind", name(copy.kind)},
                      {"state", name(copy.state)},
                      {"status", name(log_status(copy.state))},
                      {"at", iso_local(copy.state_at)},
                      {"by", copy.state_by},
                      {"reason", copy.reason},
                      {"request", or_null(copy.request, [](auto id) { return id; })},
                      {"source_kind", name(copy.source.kind)},
                      {"source", copy.source.id}};
  if (copy.book_id != 0) {
    json["copy_number"] = copy.copy_number;
    json["series"] = copy.series;
    json["book"] = copy.book;
    json["year"] = copy.year;
    json["number"] = copy.number;
    json["lookup_token"] = token_text(copy.lookup);
    json["record"] = or_null(copy.record, to_hex);
    json["file"] = or_null(copy.file, to_hex);
    json["issued_at"] = or_null(copy.issued_at, iso_local);
    json["replaced_by"] = or_null(copy.replaced_by, [](auto id) { return id; });
  }
  OrderedJson signatures = OrderedJson::array();
  for (const CopySignature& signature : copy.signatures)
    signatures.push_back({{"role", name(signature.role)},
                          {"digest", or_null(signature.digest, to_hex)},
                          {"level", signature.level},
                          {"signed_at", or_null(signature.signed_at, iso_local)}});
  json["signatures"] = std::move(signatures);
  if (copy.approved) {
    json["exceptions"] = copy.approved->exceptions;
    json["exception_reason"] = copy.approved->exception_reason;
  }
  return json;
}

OrderedJson json_of(const RequestDetails& row) {
  const CopyRequest& request = row.request;
  return {{"request", row.id},
          {"state", name(row.state)},
          {"full_name", request.full_name},
          {"relation", name(request.relation)},
          {"basis", request.basis},
          {"kind", name(request.kind)},
          {"copies", request.copies},
          {"wanted", request.wanted},
          {"channel", name(request.channel)},
          {"received_at", iso_local(row.received_at)},
          {"deadline", iso_local(row.deadline)},
          {"received_by", row.by},
          {"answered_at", or_null(row.answered_at, iso_local)},
          {"answered_by", row.answered_by},
          {"note", row.note}};
}

OrderedJson json_of(const IssueBook& book) {
  return {{"id", book.id},
          {"series", book.series},
          {"book", book.book},
          {"year", book.year},
          {"state", name(book.state)},
          {"year_closed", book.year_closed},
          {"first_number", book.first_number},
          {"last_number", book.last_number},
          {"numbers", book.totals.numbers},
          {"issued", book.totals.issued},
          {"replaced", book.totals.replaced},
          {"revoked", book.totals.revoked},
          {"voided", book.totals.voided},
          {"unfinished", book.totals.unfinished},
          {"opened_at", iso_local(book.opened_at)},
          {"opened_by", book.opened_by},
          {"closed_at", or_null(book.closed_at, iso_local)},
          {"closed_by", book.closed_by}};
}

std::string line_of(const CopyDetails& copy) {
  return fmt::format("{:>6}  {:<18} [{}]  {}  {}{}", copy.id, copy.copy_number, tr(name(copy.state).data()), tr(name(copy.kind).data()),
                     iso_local(copy.state_at), copy.reason.empty() ? "" : "  " + copy.reason);
}

std::string line_of(const RequestDetails& row) {
  return fmt::format("{:>6}  [{}]  {}  {}", row.id, tr(name(row.state).data()), say("due {}", deadline_in_words(row.deadline)),
                     row.request.full_name);
}

std::string line_of(const IssueBook& book) {
  return fmt::format("{:>4}  {} {}/{}  [{}]  {}", book.id, book.series, book.book, book.year, tr(name(book.state).data()),
                     say("numbers {} to {}: issued {}, replaced {}, revoked {}, voided {}, unfinished {}", book.first_number,
                         book.last_number, book.totals.issued, book.totals.replaced, book.totals.revoked, book.totals.voided,
                         book.totals.unfinished));
}

}  // namespace sogoc
