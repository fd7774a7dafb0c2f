#include "tools/sogoc/office_papers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/copies/qr_payload.hpp"
#include "pipeline/copies/vietnam_time.hpp"
#include "pipeline/flow/copy_flow.hpp"
#include "tools/sogoc/copy_bench.hpp"
#include "tools/sogoc/copy_data.hpp"

namespace sogoc {
namespace {

const std::string* value_of(const FormValues& values, std::string_view key) {
  for (const auto& [known, value] : values)
    if (known == key) return &value;
  return nullptr;
}

bool has(const FormValues& values, std::string_view key) {
  const std::string* value = value_of(values, key);
  return value != nullptr && !value->empty();
}

// Words of the paper's own language, as the citizen's paper is called.
std::string paper_in_words(const CopyRequest& request) {
  if (request.paper_number.empty()) return {};
  switch (request.paper) {
    case IdentityPaper::cccd: return "Căn cước công dân số " + request.paper_number;
    case IdentityPaper::cmnd: return "Chứng minh nhân dân số " + request.paper_number;
    case IdentityPaper::passport: return "Hộ chiếu số " + request.paper_number;
    case IdentityPaper::other: return "Giấy tờ số " + request.paper_number;
  }
  return {};
}

}  // namespace

Result<FormValues> form_values_in(const std::vector<std::string>& assignments) {
  FormValues values;
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::usage, Retry::never, assignment, "write a value as KEY=VALUE, for example place=\"Xã A\"");
    values.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
  }
  return values;
}

std::string missing_values(const CopyTemplate& form, const FormValues& given,
                           const std::vector<std::string>& elsewhere) {
  std::string missing;
  for (const std::string& key : required_values(form))
    if (key != "form" && key != "image_pages" && !has(given, key) &&
        std::find(elsewhere.begin(), elsewhere.end(), key) == elsewhere.end())
      missing += (missing.empty() ? "" : ", ") + key;
  return missing;
}

FormValues slip_values(const RequestDetails& request) {
  const AppointmentSlip slip = appointment_slip(request.id, request.request, request.received_at, request.deadline);
  return {{"request_number", std::to_string(slip.request)},
          {"requester", slip.applicant},
          {"requester_id", paper_in_words(request.request)},
          {"requester_address", request.request.address},
          {"wanted", slip.wanted},
          {"copies", std::to_string(request.request.copies)},
          {"received_time", slip.received},
          {"deadline", slip.due},
          {"clerk", request.by}};
}

FormValues reply_values(const RequestDetails& request, const RequestReply& reply) {
  return {{"reply_number", reply.reply_number},
          {"request_number", std::to_string(request.id)},
          {"requester", request.request.full_name},
          {"wanted", request.request.wanted},
          {"received_time", day_in_figures(vietnam_time(request.received_at).day)},
          {"searched", reply.searched},
          {"date_in_words", day_in_words(vietnam_time(reply.at).day)}};
}

FormValues receipt_values(const CopyDetails& copy, const std::optional<RequestDetails>& request,
                          const std::string& source_title, UtcTime now) {
  FormValues values{{"copy_number", copy.copy_number},
                    {"source_title", source_title},
                    {"handed_over_time", moment_in_words(now)}};
  if (request) {
    values.emplace_back("request_number", std::to_string(request->id));
    values.emplace_back("requester", request->request.full_name);
    values.emplace_back("copies", std::to_string(request->request.copies));
  }
  return values;
}

FormValues print_values(const CopyDetails& copy, const ArchiveIdentity& office, UtcTime now) {
  return {{"copy_number", copy.copy_number},
          {"system_name", "Sổ Gốc"},
          {"system_owner", office.agency_name},
          {"conversion_time", signature_time(now)},
          {"lookup_code", token_text(copy.lookup)},
          {"lookup_url", lookup_address_of(copy)}};
}

Done write_paper(Archive& archive, const OfficePaper& paper, UtcTime now, const std::filesystem::path& out) {
  const Day today = vietnam_time(now).day;
  SOGOC_TRY(const CopyTemplate form, copy_template(paper.form, iso_day(today)));
  CopyDraft draft;
  draft.kind = paper.form;
  draft.template_version = form.term.from;
  draft.values = paper.known;
  for (const auto& [key, value] : paper.added) {
    if (has(draft.values, key))
      return fail(ErrorCode::usage, Retry::never, key, "is known to the archive and cannot be given by hand");
    std::erase_if(draft.values, [&, &name = key](const auto& known) { return known.first == name; });
    draft.values.emplace_back(key, value);
  }
  if (!has(draft.values, "body")) draft.values.emplace_back("body", archive.identity().agency_name);
  if (!has(draft.values, "date_in_words")) draft.values.emplace_back("date_in_words", day_in_words(today));
  std::erase_if(draft.values, [](const auto& known) { return known.second.empty(); });
  if (const std::string missing = missing_values(form, draft.values, {}); !missing.empty())
    return fail(ErrorCode::usage, Retry::never, form.kind, "this form also needs --value for: " + missing);
  if (paper.shows) draft.images = CopyPages{*paper.shows, {}};
  draft.title = form.title;
  draft.created_at = iso_local(now);
  draft.producer = "sogoc " SOGOC_VERSION;
  return WorkerBench(archive.blobs()).print(draft, out);
}

}  // namespace sogoc
