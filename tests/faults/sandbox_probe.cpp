// Enters the worker's sandbox and says, a line each, what it can still do.
//   sogoc_sandbox_probe SCRATCH HIDDEN [tcp]

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tools/sogoc/sandbox.hpp"

namespace {

void say(const char* what, bool possible) { std::printf("%s: %s\n", what, possible ? "yes" : "no"); }

bool can_read(const std::string& file) { return std::ifstream(file).is_open(); }
bool can_write(const std::string& file) { return (std::ofstream(file) << "x").good(); }
bool can_open_socket(int family, int type) {
  const int fd = ::socket(family, type, 0);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}
bool can_run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string scratch = argv[1];
  const std::string hidden = argv[2];
  sogoc::set_log_level(sogoc::LogLevel::off);
  sogoc::SandboxSettings settings;
  settings.scratch = scratch;
  settings.hidden = {hidden};
  settings.allow_tcp = argc > 3;
  settings.dies_with_parent = false;
  settings.memory_limit_mb = 500;
  const auto report = sogoc::enter_worker_sandbox(settings, sogoc::Log());
  if (!report) return 5;
  for (const std::string& active : report->active) std::printf("active: %s\n", active.c_str());
  for (const std::string& missing : report->missing) std::printf("missing: %s\n", missing.c_str());

  say("write scratch", can_write(scratch + "/a"));
  say("write beside scratch", can_write(scratch + "-beside"));
  say("read hidden", can_read(hidden + "/secret"));
  say("read password file", can_read("/etc/passwd"));
  say("read fonts folder", std::filesystem::exists("/usr/share"));
  say("unix socket", can_open_socket(AF_UNIX, SOCK_STREAM));
  say("tcp socket", can_open_socket(AF_INET, SOCK_STREAM));
  say("packet socket", can_open_socket(AF_PACKET, SOCK_RAW));
  say("ptrace", ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0);
  say("new namespace", ::unshare(CLONE_NEWUSER) == 0);
  say("become root", ::setresuid(0, 0, 0) == 0);
  bool ran = false;
  std::thread([&] { ran = true; }).join();
  say("start a thread", ran);
  say("run a program", can_run("true"));
  say("run poppler", can_run("pdftotext -v"));
  void* much = std::malloc(std::size_t{8} << 30);
  say("allocate 8 GiB", much != nullptr);
  std::free(much);
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  say("dump core", core.rlim_max != 0);
  return 0;
}
