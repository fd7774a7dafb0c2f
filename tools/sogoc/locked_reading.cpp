#include "tools/sogoc/locked_reading.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Between the processes: a line a file, its first letter says what follows.
constexpr char kAnswer = 'A';
constexpr char kError = 'E';

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

int run_child(const std::vector<fs::path>& files, std::size_t from, const LockedReading& settings,
              const std::function<Result<FileAnswer>()>& prepare, const fs::path& scratch, int out) {
  const auto refuse = [&](const Error& error) {
    return write_all(out, kError + to_json(error) + "\n");
  };
  const auto answer_for = prepare();
  if (!answer_for) {
    refuse(answer_for.error());
    return 1;
  }
  SandboxSettings sandbox;
  sandbox.scratch = scratch;
  sandbox.readable = settings.readable;
  sandbox.readable.insert(sandbox.readable.end(), files.begin(), files.end());
  sandbox.memory_limit_mb = settings.memory_limit_mb;
  const auto locked = enter_worker_sandbox(sandbox, Log());
  if (!locked) {
    refuse(locked.error());
    return 1;
  }
  for (std::size_t i = from; i < files.size(); ++i) {
    const Result<std::string> answer = (*answer_for)(files[i]);
    const bool told =
        answer ? write_all(out, kAnswer + *answer + "\n") : refuse(answer.error());
    if (!told) return 1;
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

Wait next_line(Child& child, std::string& buffer, std::string& line,
               const LockedReading& settings) {
  const auto until = Clock::now() + std::chrono::seconds(settings.seconds_a_file);
  while (true) {
    if (const auto end = buffer.find('\n'); end != std::string::npos) {
      line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      return Wait::line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0 || buffer.size() > settings.most_answer_bytes) return Wait::late;
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
           const LockedReading& settings, const std::function<Result<FileAnswer>()>& prepare,
           const fs::path& scratch) {
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
    std::_Exit(run_child(files, from, settings, prepare, scratch, writing.get()));
  }
  child.pid = pid;
  child.answers = std::move(reading);
  return {};
}

}  // namespace

Done read_locked_in(const std::vector<fs::path>& files, const LockedReading& settings,
                    const std::function<Result<FileAnswer>()>& prepare,
                    const std::function<bool(std::size_t, Result<std::string>)>& take) {
  SOGOC_TRY(const TemporaryFolder scratch, TemporaryFolder::create());
  for (std::size_t next = 0; next < files.size();) {
    Child child;
    SOGOC_CHECK(start(child, files, next, settings, prepare, scratch.path()));
    std::string buffer;
    for (; next < files.size(); ++next) {
      std::string line;
      const Wait wait = next_line(child, buffer, line, settings);
      if (wait == Wait::line && !line.empty() && line.front() == kError) {
        if (auto error = error_from_json(std::string_view(line).substr(1))) {
          if (error->code == ErrorCode::corrupt || error->code == ErrorCode::missing_model ||
              error->code == ErrorCode::internal)
            return tl::unexpected(std::move(*error));  // what we brought along, not the file
          take(next, tl::unexpected(std::move(*error)));
          continue;
        }
      }
      if (wait == Wait::line && !line.empty() && line.front() == kAnswer &&
          take(next, line.substr(1)))
        continue;
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
      break;  // a new child goes on with the next file
    }
  }
  return {};
}

}  // namespace sogoc
