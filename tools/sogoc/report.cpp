#include "tools/sogoc/report.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "storage/durable_file.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"
#include "tools/sogoc/summary.hpp"

namespace sogoc {
namespace {

constexpr std::string_view kStyle = R"(
:root{--ink:#1d2430;--soft:#5b6675;--line:#d9dee5;--paper:#fff;--ground:#f5f6f8;--warn:#8a4b00;--bad:#a11626}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{max-width:1180px;margin:0 auto;padding:24px}h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:28px 0 8px}
p.when{color:var(--soft);margin:0 0 16px}dl.figures{display:flex;flex-wrap:wrap;gap:8px 28px;margin:0;padding:12px 16px;background:var(--paper);border:1px solid var(--line)}
dl.figures div{display:flex;flex-direction:column}dt{color:var(--soft);font-size:13px}dd{margin:0;font-size:20px;font-variant-numeric:tabular-nums}
table{width:100%;border-collapse:collapse;background:var(--paper);border:1px solid var(--line)}
th,td{text-align:left;padding:6px 10px;border-top:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600}
article{background:var(--paper);border:1px solid var(--line);padding:12px 16px;margin:0 0 12px}article h3{font-size:15px;margin:0 0 2px}
article p{margin:0;color:var(--soft)}.pages{display:flex;flex-wrap:wrap;gap:10px;margin-top:10px}figure{margin:0;width:132px}
figure img,figure .none{width:132px;height:186px;object-fit:contain;background:#fff;border:1px solid var(--line);display:flex;align-items:center;justify-content:center;color:var(--soft);font-size:13px}
figcaption{font-size:12px;color:var(--soft)}.needs_person img,.needs_person .none{border:2px solid var(--warn)}.quarantined .none{border:2px solid var(--bad)}
.needs_person figcaption{color:var(--warn)}.quarantined figcaption{color:var(--bad)}
)";

// Everything that comes from outside (names, recognised text) goes through here.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) switch (c) {
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '&': safe += "&amp;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  return safe;
}

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string figure(const char* label, std::int64_t value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(tr(label)), value);
}

std::string figures(const Progress& progress) {
  return "<dl class=\"figures\">" + figure("documents", progress.documents) +
         figure("written", progress.documents_done) + figure("pages", progress.pages) +
         figure("read", progress.pages_done) + figure("need a person", progress.pages_need_person) +
         figure("failed", progress.pages_failed + progress.files_failed) +
         (progress.pages_unreadable > 0
              ? figure("accepted as unreadable", progress.pages_unreadable)
              : std::string()) +
         "</dl>";
}

std::string needs_person_table(const Summary& summary) {
  if (summary.needs_person.empty()) return {};
  std::string html = fmt::format("<h2>{}</h2><table><thead><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
                                 escaped(tr("needs a person")), escaped(tr("page")), escaped(tr("file")),
                                 escaped(tr("state")), escaped(tr("why")));
  for (const NeedsPerson& one : summary.needs_person)
    html += fmt::format("<tr><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td></tr>", escaped(one.where),
                        escaped(one.file), one.page > 0 ? fmt::format(" · {}", one.page) : "",
                        escaped(tr(one.state.c_str())), escaped(one.why));
  return html + "</tbody></table>";
}

Result<std::string> page_figure(Archive& archive, const PageRow& page) {
  std::string picture = fmt::format("<div class=\"none\">{}</div>", escaped(tr("no picture")));
  if (page.thumbnail && page.state != PageState::restricted) {
    SOGOC_TRY(const std::string jpeg, archive.blobs().load(*page.thumbnail));
    picture = fmt::format("<img alt=\"{}\" loading=\"lazy\" src=\"data:image/jpeg;base64,{}\">",
                          escaped(say("page {}", page.page_of_document)), base64(jpeg));
  }
  std::string why;
  for (const std::string& reason : page.reasons) why += ": " + translated(reason);
  return fmt::format("<figure class=\"{}\">{}<figcaption>{} · {}{}</figcaption></figure>",
                     name(page.state), picture, page.page_of_document,
                     escaped(tr(name(page.state).data())), escaped(why));
}

Result<std::string> article(Archive& archive, const DocumentRow& row) {
  const std::string number =
      row.number.empty() && row.notation.empty() ? "" : row.number + "/" + row.notation;
  std::string html = fmt::format("<article><h3>{} — {}</h3><p>{} {} {} {}</p><p>{}</p><div class=\"pages\">",
                                 escaped(row.identifier), escaped(row.first_file_name),
                                 escaped(row.type_name), escaped(number), escaped(row.issued_date),
                                 escaped(row.organ_name), escaped(row.subject));
  PageFilter filter;
  filter.document = row.id;
  for (;; filter.offset += filter.limit) {
    SOGOC_TRY(const auto pages, archive.catalogue().pages(filter));
    for (const PageRow& page : pages) {
      SOGOC_TRY(const std::string one, page_figure(archive, page));
      html += one;
    }
    if (static_cast<std::int64_t>(pages.size()) < filter.limit) break;
  }
  return html + "</div></article>\n";
}

}  // namespace

Done write_report(Archive& archive, std::optional<BatchId> batch, const std::filesystem::path& file) {
  SOGOC_TRY(const Progress progress, archive.jobs().progress(batch));
  SOGOC_TRY(const Summary summary, summarize(archive, batch));
  const std::string title = batch ? say("Batch {}", *batch) : std::string(tr("All batches"));
  std::string html = fmt::format(
      "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>{}</title><style>{}</style></head><body><main>"
      "<h1>{}</h1><p class=\"when\">{} · {}</p>",
      escaped(tr("en")), escaped(title), kStyle, escaped(title),
      escaped(archive.identity().agency_name), now_text());
  html += figures(progress) + needs_person_table(summary);
  html += fmt::format("<h2>{}</h2>\n", escaped(tr("documents")));
  for (const DocumentRow& row : summary.documents) {
    SOGOC_TRY(const std::string one, article(archive, row));
    html += one;
  }
  html += "</main></body></html>\n";
  return write_file_durably(file, html);
}

}  // namespace sogoc
