// How the work went and what is to be done again: quarantine, quality, pages to scan again, figures by book and person.

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "storage/review_store.hpp"
#include "tools/server/api.hpp"
#include "tools/server/entry_json.hpp"
#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc::server {
namespace {

using web::Response;

// ---- Again

Result<Response> again(Call& call) {
  SOGOC_TRY(const BatchRow batch, call.archive.catalogue().batch(call.number("batch")));
  SOGOC_CHECK(check_batch_scope(call, batch.id, batch.dossier));
  SOGOC_TRY(const int jobs, call.archive.jobs().requeue_quarantined(batch.id));
  if (jobs > 0) SOGOC_CHECK(call.archive.catalogue().add_event(call.name(), "run_again", fmt::format("batch {}", batch.id), fmt::format("{} jobs", jobs)));
  return json_response({{"batch", batch.id}, {"jobs", jobs}});
}

// ---- Quality of a batch's pages, as their workers measured it

Result<Response> quality(Call& call) {
  SOGOC_TRY(const BatchRow batch, call.archive.catalogue().batch(call.number("batch")));
  SOGOC_CHECK(check_batch_scope(call, batch.id, batch.dossier));
  PageFilter filter;
  filter.batch = batch.id;
  filter.limit = call.number("limit", 200);
  filter.offset = call.number("offset");
  SOGOC_TRY(const auto rows, call.archive.catalogue().pages(filter));
  std::map<std::string, std::int64_t> counts;
  Json pages = Json::array();
  for (const PageRow& row : rows) {
    if (!row.record || row.state == PageState::restricted) continue;
    SOGOC_TRY(const std::string json, call.archive.blobs().load(*row.record));
    SOGOC_TRY(const PageRecord record, page_record_from_json(json));
    if (record.quality.findings.empty()) continue;
    Json findings = Json::array();
    for (const std::string& finding : record.quality.findings) {
      ++counts[finding];
      findings.push_back(tr(finding.c_str()));
    }
    pages.push_back({{"page", row.id}, {"name", row.name}, {"findings", std::move(findings)}});
  }
  Json sums = Json::array();
  for (const auto& [finding, count] : counts) sums.push_back({{"finding", tr(finding.c_str())}, {"pages", count}});
  return json_response({{"batch", batch.id}, {"looked_at", rows.size()}, {"findings", std::move(sums)}, {"pages", std::move(pages)}});
}

// ---- What is to be scanned again

Result<Response> rescans(Call& call) {
  SOGOC_TRY(const auto books, call.archive.books().books());
  Json tickets = Json::array();
  for (const RegisterBookRow& book : books) {
    if (book.counts.open_tickets == 0 || !covers_book(call.scope(), book.about.code, book.about.body)) continue;
    SOGOC_TRY(const auto open, call.archive.books().tickets(book.about.code, true));
    for (const TicketRow& ticket : open)
      // A leaf without page numbers is missed by the numbers of its entries.
      if (ticket.kind == "missing_pages" || ticket.kind == "missing_entries" || ticket.kind == "short_book")
        tickets.push_back({{"id", ticket.id}, {"book", ticket.book}, {"text", translated(ticket.text)}, {"opened_at", local_time(ticket.opened_at)}});
  }
  return json_response({{"tickets", std::move(tickets)}});
}

// ---- Figures

double share(std::int64_t part, std::int64_t whole) { return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0; }

Json json_of(const WorkRow& row) {
  return {{"name", row.name},
          {"pages", row.pages},
          {"pages_failed", row.pages_failed},
          {"pages_unsure", row.pages_unsure},
          {"open_tickets", row.tickets},
          {"fields", row.fields},
          {"machine_wrong", row.machine_wrong},
          {"corrected", row.corrected},
          {"error_rate", share(row.corrected, row.fields)},
          {"hours", row.hours},
          {"fields_an_hour", row.hours > 0 ? static_cast<double>(row.fields) / row.hours : 0}};
}

// Only books within the scope; colleagues are for who sees everything, others see themselves.
Result<WorkReport> report_of(Call& call) {
  SOGOC_TRY(WorkReport report, call.archive.review().report());
  if (call.scope().everything) return report;
  SOGOC_TRY(const auto books, call.archive.books().books());
  std::erase_if(report.books, [&](const WorkRow& row) {
    return std::none_of(books.begin(), books.end(), [&](const RegisterBookRow& book) { return book.about.code == row.name && covers_book(call.scope(), book.about.code, book.about.body); });
  });
  std::erase_if(report.persons, [&](const WorkRow& row) { return row.name != call.name(); });
  return report;
}

Result<Response> report(Call& call) {
  SOGOC_TRY(const WorkReport rows, report_of(call));
  Json books = Json::array(), persons = Json::array();
  for (const WorkRow& row : rows.books) books.push_back(json_of(row));
  for (const WorkRow& row : rows.persons) persons.push_back(json_of(row));
  return json_response({{"books", std::move(books)}, {"persons", std::move(persons)}});
}

std::vector<std::string> columns() {
  return {tr("about"), tr("name"), tr("pages read"), tr("pages failed"), tr("pages that need a person"), tr("open findings"), tr("fields decided"),
          tr("machine had it wrong"), tr("corrected later by another person"), tr("error rate"), tr("hours"), tr("fields an hour")};
}

std::vector<std::string> cells(const std::string& about, const WorkRow& row) {
  return {about, row.name, std::to_string(row.pages), std::to_string(row.pages_failed), std::to_string(row.pages_unsure), std::to_string(row.tickets), std::to_string(row.fields),
          std::to_string(row.machine_wrong), std::to_string(row.corrected), fmt::format("{:.4f}", share(row.corrected, row.fields)), fmt::format("{:.2f}", row.hours),
          row.hours > 0 ? fmt::format("{:.0f}", static_cast<double>(row.fields) / row.hours) : ""};
}

std::vector<std::vector<std::string>> table_of(const WorkReport& report) {
  std::vector<std::vector<std::string>> table{columns()};
  for (const WorkRow& row : report.books) table.push_back(cells(tr("book"), row));
  for (const WorkRow& row : report.persons) table.push_back(cells(tr("person"), row));
  return table;
}

// RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe.
std::string csv_cell(const std::string& text) {
  std::string cell = !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos ? "'" + text : text;
  if (cell.find_first_of("\",\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string html_text(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

Response file(const char* type, const char* name, std::string body) {
  Response response;
  response.set("Content-Type", type);
  response.set("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  response.body = std::move(body);
  return response;
}

Result<Response> report_csv(Call& call) {
  SOGOC_TRY(const WorkReport rows, report_of(call));
  std::string text = "\xEF\xBB\xBF";  // spreadsheets take it for UTF-8 only then
  for (const auto& row : table_of(rows)) {
    std::string line;
    for (const std::string& cell : row) line += (line.empty() ? "" : ",") + csv_cell(cell);
    text += line + "\r\n";
  }
  return file("text/csv; charset=utf-8", "sogoc-report.csv", std::move(text));
}

Result<Response> report_html(Call& call) {
  SOGOC_TRY(const WorkReport rows, report_of(call));
  const std::string title = html_text(fmt::format("{} - {}", tr("report of the work"), call.office.identity.agency_name));
  std::string text = "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body>\n<h1>" + title + "</h1>\n<table border=\"1\" cellpadding=\"4\">\n";
  const char* tag = "th";
  for (const auto& row : table_of(rows)) {
    text += "<tr>";
    for (const std::string& cell : row) text += fmt::format("<{0}>{1}</{0}>", tag, html_text(cell));
    text += "</tr>\n";
    tag = "td";
  }
  return file("text/html; charset=utf-8", "sogoc-report.html", text + "</table>\n</body></html>\n");
}

}  // namespace

std::vector<Route> report_routes() {
  using web::Method;
  Route csv{Method::get, "/api/report.csv", "reportCsv", "The same as a table for a spreadsheet", report_csv, false, Right::see_work};
  csv.answer_type = "text/csv";
  Route html{Method::get, "/api/report.html", "reportHtml", "The same as a page to print", report_html, false, Right::see_work};
  html.answer_type = "text/html";
  return {
      {Method::post, "/api/batches/{batch}/again", "runAgain", "What is quarantined in a batch is tried again", again, false, Right::take_in, {}, "Any", "Again"},
      {Method::get, "/api/batches/{batch}/quality", "batchQuality", "What was measured about the quality of a batch's pages", quality, false, Right::see_work,
       {{"limit", ParameterType::number, "pages to look at", {}, 1, 500}, {"offset", ParameterType::number, "pages to leave out"}}, "", "Quality"},
      {Method::get, "/api/rescans", "listRescans", "Pages that are missing in register books: to be scanned again", rescans, false, Right::see_work, {}, "", "Rescans"},
      {Method::get, "/api/report", "report", "Throughput and errors by book and by person", report, false, Right::see_work, {}, "", "Report"},
      csv,
      html,
  };
}

}  // namespace sogoc::server
