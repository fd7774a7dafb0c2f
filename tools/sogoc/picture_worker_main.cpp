// sogoc-picture-worker FOLDER: does what FOLDER/task.json says: a page of a received file into tiles, or a piece of
// tiles into one picture, or a copy of ours into pictures of its pages, or the verdict on a photograph. Locked in before it opens a file: no network, FOLDER the only place to write.

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/core/ports.hpp"
#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/exit_codes.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "workers/decode/file_reader.hpp"
#include "workers/image/capture_judge.hpp"
#include "workers/pdf_read/limited_process.hpp"
#include "workers/pdf_read/pdf_file_reader.hpp"
#include "workers/tiles/pictures.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr rlim_t kCpuLimitSeconds = 110;

// Pictures for the PDF are by the way here.
class Nowhere final : public BlobSink {
 public:
  Result<Sha256> put(std::span<const std::uint8_t>) override { return Sha256{}; }
  Result<Sha256> put_file(const fs::path&) override { return Sha256{}; }
};

Done lock_in(const fs::path& folder, const Json& task) {
  SandboxSettings sandbox;
  sandbox.scratch = folder;
  sandbox.readable.emplace_back(task.at("file").get<std::string>());
  sandbox.memory_limit_mb = task.at("memory_mb").get<int>();
  SOGOC_TRY(const SandboxReport report, enter_worker_sandbox(sandbox, Log()));
  const rlimit time{kCpuLimitSeconds, kCpuLimitSeconds};
  ::setrlimit(RLIMIT_CPU, &time);
  return {};
}

Done make_tiles(const fs::path& folder, const Json& task) {
  Nowhere nowhere;
  const auto reader = make_file_reader(make_pdf_file_reader());
  const auto index = PageIndex(task.at("page").get<std::uint32_t>());
  SOGOC_TRY(const DecodedPage page, reader->decode(task.at("file").get<std::string>(), "page", index, {}, nowhere));
  return tiles::write_tiles(page.raster, folder / "tiles", static_cast<int>(page.known_turn.clockwise));
}

Done cut(const fs::path& folder, const Json& task) {
  SOGOC_TRY(const tiles::TileFile file, tiles::TileFile::open(task.at("file").get<std::string>()));
  SOGOC_TRY(const tiles::PictureRequest request,
            tiles::read_request(file.size(), task.at("region").get<std::string>(), task.at("size").get<std::string>(),
                                task.at("rotation").get<std::string>(), task.at("quality").get<std::string>()));
  SOGOC_TRY(const auto bytes, tiles::cut_picture(file, request));
  std::ofstream out(folder / "picture", std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return fail(ErrorCode::no_space, Retry::after_operator, "picture", "cannot be written; make room on the disk");
  return {};
}

// Every page as it is shown and printed, signature fields too.
Done draw_papers(const fs::path& folder, const Json& task) {
  ProcessLimits limits;
  limits.wall = std::chrono::seconds(50);
  SOGOC_TRY(const ProcessOutput said, run_limited({"pdftoppm", "-png", "-r", std::to_string(task.at("dpi").get<int>()), "-l", std::to_string(task.at("most").get<int>()),
                                                   task.at("file").get<std::string>(), (folder / "made").string()}, limits));
  if (said.exit_code != 0) return fail(ErrorCode::invalid_input, Retry::never, "copy", "its pages cannot be drawn");
  // made-1.png, or made-01.png when there are ten.
  std::vector<fs::path> made;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with("made-")) made.push_back(entry.path());
  std::sort(made.begin(), made.end());
  for (std::size_t i = 0; i < made.size(); ++i) fs::rename(made[i], folder / ("paper-" + std::to_string(i + 1) + ".png"));
  return {};
}

// What the capture station would say of it, held as the camera says it was held. A camera knows no dots per inch, so no rule about them is asked.
Done judge(const Json& task, Json& answer) {
  Nowhere nowhere;
  const auto reader = make_file_reader(make_pdf_file_reader());
  SOGOC_TRY(const DecodedPage page, reader->decode(task.at("file").get<std::string>(), "page", PageIndex(0), {}, nowhere));
  CaptureRules rules;
  rules.least_dpi = 0;
  SOGOC_TRY(const PageImage upright, tiles::quarter_turned(page.raster, static_cast<int>(page.known_turn.clockwise) / 90));
  const CaptureJudgement said = make_capture_judge(rules)->judge(upright, 0);
  const PageImage& picture = page.raster;
  answer = {{"width", picture.size().width}, {"height", picture.size().height}, {"dpi", picture.resolution().x.value}, {"blank", said.blank}, {"remarks", Json::array()}};
  for (const CaptureRemark& remark : said.remarks) answer["remarks"].push_back({{"code", remark.code}, {"weight", static_cast<int>(remark.weight)}});
  return {};
}

Done work(const fs::path& folder, Json& answer) {
  std::ifstream in(folder / "task.json", std::ios::binary);
  const Json task = Json::parse(std::istreambuf_iterator<char>(in), {}, nullptr, false);
  if (!task.is_object()) return fail(ErrorCode::internal, Retry::never, "picture worker", "its task cannot be read");
  SOGOC_CHECK(lock_in(folder, task));
  // From here on strangers' bytes are read.
  if (task.at("do") == "judge") return judge(task, answer);
  if (task.at("do") == "papers") return draw_papers(folder, task);
  return task.at("do") == "tiles" ? make_tiles(folder, task) : cut(folder, task);
}

Done guarded_work(const fs::path& folder, Json& answer) {
  try {
    return work(folder, answer);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::limit_exceeded, Retry::never, "picture worker", "the page takes more memory than any real page");
  } catch (const std::exception&) {
    return fail(ErrorCode::internal, Retry::never, "picture worker", "a bug");
  }
}

}  // namespace
}  // namespace sogoc

int main(int count, char** arguments) {
  using namespace sogoc;
  if (count != 2 || arguments[1][0] == '-') {
    std::fputs("usage: sogoc-picture-worker FOLDER   (holds task.json; started by sogoc serve)\n", stderr);
    return static_cast<int>(ExitCode::usage);
  }
  const std::filesystem::path folder(arguments[1]);
  nlohmann::json answer = nlohmann::json::object();
  const Done done = guarded_work(folder, answer);
  std::ofstream out(folder / "result.json", std::ios::binary);
  if (done) out << answer.dump();
  else out << "{\"error\":" << to_json(done.error()) << "}";
  out.close();
  return static_cast<int>(out ? ExitCode::done : ExitCode::environment);
}
