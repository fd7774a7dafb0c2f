#include "tools/server/phone_pictures.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "tools/server/picture_worker.hpp"
#include "tools/sogoc/scan_desk.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc::server {
namespace {

constexpr std::string_view kPhone = "phone";
constexpr int kJudgeMemoryMb = 1500;
constexpr std::chrono::seconds kJudgeWall{60};
constexpr std::uint64_t kMostBytes = 100u << 20;  // of a photograph

// Strangers' bytes told this: every value is looked at.
Result<CapturedSide> side_in(const nlohmann::json& json) {
  const auto bad = [] { return fail(ErrorCode::crashed, Retry::never, "picture", "the process that reads pictures gave no answer"); };
  const auto number = [&](const char* key) { return json.contains(key) && json[key].is_number() ? json[key].get<double>() : -1.0; };
  CapturedSide side;
  if (number("width") < 1 || number("height") < 1 || number("width") > 100'000 || number("height") > 100'000 || number("dpi") < 0 || number("dpi") > 100'000) return bad();
  side.size = {static_cast<int>(number("width")), static_cast<int>(number("height"))};
  side.resolution = {Dpi{number("dpi")}, Dpi{number("dpi")}};
  side.blank = json.contains("blank") && json["blank"] == true;
  if (!json.contains("remarks") || !json["remarks"].is_array() || json["remarks"].size() > 50) return bad();
  for (const auto& remark : json["remarks"]) {
    if (!remark.is_object() || !remark.contains("code") || !remark["code"].is_string() || !remark.contains("weight") || !remark["weight"].is_number_integer()) return bad();
    const auto code = remark["code"].get<std::string>();
    const int weight = remark["weight"].get<int>();
    if (code.size() > 40 || weight < 0 || weight > 2 || !std::all_of(code.begin(), code.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; })) return bad();
    side.findings.push_back({code, static_cast<FindingWeight>(weight)});
  }
  return side;
}

}  // namespace

bool is_phone(const CaptureSessionRow& session) { return session.device.starts_with(kPhone); }

Result<CaptureSessionId> PhonePictures::take(Archive& archive, const PhonePicture& picture) {
  SOGOC_TRY(const UploadRow upload, archive.uploads().upload(picture.upload, picture.by));
  if (!upload.complete()) return fail(ErrorCode::conflict, Retry::after_operator, upload.name, "has not arrived wholly; send the rest first");
  if (upload.bytes > kMostBytes) return fail(ErrorCode::limit_exceeded, Retry::never, upload.name, "is larger than any photograph; send it on the page of work in progress");
  if (picture.session && (picture.session->state == CaptureState::finished || picture.session->state == CaptureState::dropped))
    return fail(ErrorCode::conflict, Retry::never, "scan session", "is over; nothing in it changes any more");
  if (picture.session && !is_phone(*picture.session) && picture.role == OrderRole::stack)
    return fail(ErrorCode::conflict, Retry::never, "scan session", "came from a scanner; a photograph can be put in between or replace a sheet");
  const auto file = archive.uploads().file(upload.id);

  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create(scratch_));
  SOGOC_TRY(const auto judged, ask_picture_worker(folder.path(), {{"do", "judge"}, {"file", std::filesystem::absolute(file).string()}}, kJudgeMemoryMb, kJudgeWall, upload.name));
  SOGOC_TRY(CapturedSide side, side_in(judged));
  const std::lock_guard lock(lock_);
  SOGOC_CHECK(archive.uploads().upload(picture.upload, picture.by));  // another request may have taken it meanwhile
  SOGOC_TRY(side.digest, archive.blobs().put_file(file));  // durable: from here on it cannot be lost
  side.bytes = upload.bytes;
  side.received_as = upload.name;
  const SystemClock clock;
  side.at = clock.now();

  CaptureOrder order;
  order.role = picture.role;
  order.device = std::string(kPhone) + ": " + picture.device;
  order.settings = nlohmann::json({{"source", kPhone}}).dump();
  order.operator_name = picture.by;
  order.started_at = side.at;
  order.target = picture.session ? picture.session->target : picture.target;
  order.declared = picture.declared;
  order.at = picture.sheet;
  order.reason = picture.reason;
  std::int64_t sheet = 1;
  if (picture.session && picture.role == OrderRole::stack) {
    order.id = order.session = picture.session->name;
    SOGOC_TRY(const auto images, archive.captures().images(picture.session->id));
    for (const CaptureImageRow& image : images)
      if (image.order == order.id) {
        sheet = std::max(sheet, image.sheet + 1);
        if (image.about.digest == side.digest) side.findings.push_back({"same_again", FindingWeight::rescan});
      }
  } else {
    order.id = new_capture_id();
    order.session = picture.session ? picture.session->name : order.id;
  }
  SOGOC_TRY(const CaptureSessionId session, archive.captures().open_order(order));
  SOGOC_CHECK(archive.captures().add_sheet(order.id, {sheet, {side}}));
  if (picture.role != OrderRole::stack) SOGOC_CHECK(archive.captures().end_order(order.id));
  SOGOC_CHECK(archive.uploads().drop(upload.id, picture.by));
  return session;
}

}  // namespace sogoc::server
