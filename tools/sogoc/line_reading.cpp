#include "tools/sogoc/line_reading.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>

#include <nlohmann/json.hpp>

#include "models/line_model.hpp"
#include "models/model_catalog.hpp"
#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/ports.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/printed_line.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "tools/sogoc/worker_process.hpp"
#include "workers/decode/image_file_reader.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostBytes = 64u << 20;  // a cropped line, not a book
constexpr std::uint64_t kMostPixels = 40'000'000;
constexpr std::size_t kMostAnswerBytes = 1u
                                         << 20;  // a line's reading, from a process we do not trust

// ---- Between the processes: one line of JSON a picture -----------------------------------------

json to_json(const Result<LineReading>& reading) {
  if (!reading)
    return {{"code", name(reading.error().code)},
            {"subject", reading.error().subject},
            {"message", reading.error().message}};
  json characters = json::array();
  for (const auto& character : reading->field.characters)
    characters.push_back({character.text, character.confidence});
  json alternatives = json::array();
  for (const auto& alternative : reading->field.alternatives)
    alternatives.push_back({alternative.text, alternative.confidence});
  return {{"text", reading->field.text}, {"confidence", reading->field.confidence},
          {"fits", reading->field.fits}, {"printed", reading->printed},
          {"characters", characters},    {"alternatives", alternatives}};
}

std::optional<Result<LineReading>> from_json(const std::string& line) {
  try {
    const json value = json::parse(line);
    if (value.contains("code"))
      return Result<LineReading>(
          tl::unexpected(Error{error_code_named(value.at("code").get<std::string>()),
                               Retry::never,
                               value.at("subject").get<std::string>(),
                               value.at("message").get<std::string>(),
                               {},
                               {}}));
    LineReading reading;
    reading.field.text = value.at("text").get<std::string>();
    reading.field.confidence = value.at("confidence").get<double>();
    reading.field.fits = value.at("fits").get<bool>();
    reading.printed = value.at("printed").get<bool>();
    for (const json& pair : value.at("characters"))
      reading.field.characters.push_back({pair.at(0).get<std::string>(), pair.at(1).get<double>()});
    for (const json& pair : value.at("alternatives"))
      reading.field.alternatives.push_back(
          {pair.at(0).get<std::string>(), pair.at(1).get<double>()});
    return Result<LineReading>(std::move(reading));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

bool write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(fd, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

// ---- The child ---------------------------------------------------------------------------------

class NoBlobs final : public BlobSink {  // the pictures of a PDF, which nobody makes here
 public:
  Result<Sha256> put(std::span<const std::uint8_t>) override { return Sha256{}; }
  Result<Sha256> put_file(const fs::path&) override { return Sha256{}; }
};

struct Readers {
  std::unique_ptr<handwriting::FieldReader> field;
  std::unique_ptr<PrintedLineReader> printed;  // null: not asked for, or its model is missing
};

Result<LineReading> read_one(Readers& readers, const fs::path& file,
                             const LineReadingSettings& settings) {
  ReadingSettings limits;
  limits.max_file_bytes = kMostBytes;
  limits.max_pixels = kMostPixels;
  limits.max_pages = 1;
  ImageFileReader reader;
  NoBlobs blobs;
  SOGOC_TRY(const DecodedPage page,
            reader.decode(file, shown_name(file), PageIndex(0), limits, blobs));
  SOGOC_TRY(const PageImage upright, turned_upright(page));
  LineReading reading;
  SOGOC_TRY(reading.field, readers.field->read(upright, settings.kind));
  if (readers.printed) {
    SOGOC_TRY(auto printed, readers.printed->read_if_surer(upright, reading.field));
    if (printed) {
      reading.field = std::move(*printed);
      reading.printed = true;
    }
  }
  return reading;
}

int run_child(const std::vector<fs::path>& files, std::size_t from,
              const LineReadingSettings& settings, const LineModel& model, const fs::path& scratch,
              int out) {
  const auto refuse_all = [&](const Error& error) {
    write_all(out, to_json(Result<LineReading>(tl::unexpected(error)))
                           .dump(-1, ' ', false, json::error_handler_t::replace) +
                       "\n");
    return 1;
  };
  Readers readers;
  auto field = handwriting::FieldReader::create(model);
  if (!field) return refuse_all(field.error());
  readers.field = std::move(*field);
  if (settings.may_be_printed)
    if (auto printed = PrintedLineReader::create()) readers.printed = std::move(*printed);
  SandboxSettings sandbox;
  sandbox.scratch = scratch;
  sandbox.readable.assign(files.begin(), files.end());
  sandbox.memory_limit_mb = settings.memory_limit_mb;
  const auto locked = enter_worker_sandbox(sandbox, Log());
  if (!locked) return refuse_all(locked.error());
  for (std::size_t i = from; i < files.size(); ++i) {
    const auto reading = read_one(readers, files[i], settings);
    if (!write_all(out,
                   to_json(reading).dump(-1, ' ', false, json::error_handler_t::replace) + "\n"))
      return 1;
  }
  return 0;
}

// ---- The parent --------------------------------------------------------------------------------

struct Child {
  pid_t pid = -1;
  OwnedFd answers;
  ~Child() { end(SIGKILL); }
  int end(int signal) {
    if (pid <= 0) return 0;
    if (signal != 0) ::kill(pid, signal);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
    return status;
  }
};

enum class Wait { line, ended, late };

Wait next_line(Child& child, std::string& buffer, std::string& line, int seconds) {
  const auto until = Clock::now() + std::chrono::seconds(seconds);
  while (true) {
    if (const auto end = buffer.find('\n'); end != std::string::npos) {
      line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      return Wait::line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0 || buffer.size() > kMostAnswerBytes) return Wait::late;
    pollfd ready{child.answers.get(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(left)) <= 0) continue;
    std::array<char, 4096> piece{};
    const ssize_t got = ::read(child.answers.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Wait::ended;
    buffer.append(piece.data(), static_cast<std::size_t>(got));
  }
}

Done start(Child& child, const std::vector<fs::path>& files, std::size_t from,
           const LineReadingSettings& settings, const LineModel& model, const fs::path& scratch) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::unavailable, Retry::after_operator, "",
                "no pipe can be made; close other programs");
  OwnedFd reading(ends[0]);
  OwnedFd writing(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0)
    return fail(ErrorCode::unavailable, Retry::after_operator, "",
                "no process can be started; close other programs");
  if (pid == 0) {
    reading.reset();
    std::_Exit(run_child(files, from, settings, model, scratch, writing.get()));
  }
  child.pid = pid;
  child.answers = std::move(reading);
  return {};
}

}  // namespace

Done read_lines(const std::vector<fs::path>& files, const LineReadingSettings& settings,
                const std::function<void(std::size_t, Result<LineReading>)>& take) {
  SOGOC_TRY(const LineModel model, find_line_model());
  SOGOC_TRY(const TemporaryFolder scratch, TemporaryFolder::create());
  for (std::size_t next = 0; next < files.size();) {
    Child child;
    SOGOC_CHECK(start(child, files, next, settings, model, scratch.path()));
    std::string buffer;
    for (; next < files.size(); ++next) {
      std::string line;
      const Wait wait = next_line(child, buffer, line, settings.seconds_a_line);
      std::optional<Result<LineReading>> reading;
      if (wait == Wait::line) reading = from_json(line);
      if (reading && !*reading &&
          ((*reading).error().code == ErrorCode::corrupt ||
           (*reading).error().code == ErrorCode::internal))
        return tl::unexpected((*reading).error());  // the network, not the picture
      if (reading) {
        take(next, std::move(*reading));
        continue;
      }
      const std::string file = shown_name(files[next]);
      if (wait == Wait::late) {
        take(next, fail(ErrorCode::timeout, Retry::never, file,
                        "reading it took too long; it was left out"));
      } else {
        const int status = child.end(wait == Wait::line ? SIGKILL : 0);
        take(next,
             fail(ErrorCode::crashed, Retry::never, file,
                  "the process that read it " + ending_in_words(status) + "; it was left out"));
      }
      ++next;
      break;  // a new child goes on with the next picture
    }
  }
  return {};
}

}  // namespace sogoc
