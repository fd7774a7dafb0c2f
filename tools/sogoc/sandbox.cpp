#include "tools/sogoc/sandbox.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <seccomp.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

std::string last_error() { return std::strerror(errno); }

bool write_text(const char* file, const std::string& text) {
  const OwnedFd fd(::open(file, O_WRONLY | O_CLOEXEC));
  return fd.get() >= 0 &&
         ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// ---- Limits that every system has ----------------------------------------------------------

Done set_limit(__rlimit_resource_t which, const char* what, std::uint64_t value) {
  rlimit limit{};
  if (::getrlimit(which, &limit) != 0)
    return fail(ErrorCode::internal, Retry::never, what, "limit unknown: " + last_error());
  limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(value, limit.rlim_max);
  if (::setrlimit(which, &limit) != 0)
    return fail(ErrorCode::internal, Retry::never, what, "limit cannot be set: " + last_error());
  return {};
}

Done set_limits(const SandboxSettings& settings) {
  constexpr std::uint64_t kLargestFile = 64ull << 30;
  constexpr std::uint64_t kOpenFiles = 1024;
  SOGOC_CHECK(set_limit(RLIMIT_CORE, "core dumps", 0));  // a dump would hold page contents
  SOGOC_CHECK(set_limit(RLIMIT_FSIZE, "file size", kLargestFile));
  SOGOC_CHECK(set_limit(RLIMIT_NOFILE, "open files", kOpenFiles));
#if !defined(SOGOC_ASAN) && !defined(SOGOC_TSAN)  // sanitizers map terabytes
  if (settings.memory_limit_mb > 0) {
    // Address space is not memory: mapped models and thread stacks count too. The limit proper
    // is the coordinator's watch; this one stops what grows faster than it looks.
    const std::uint64_t limit = static_cast<std::uint64_t>(settings.memory_limit_mb) << 20;
    SOGOC_CHECK(set_limit(RLIMIT_AS, "address space", 2 * limit + (2ull << 30)));
  }
#else
  (void)settings;
#endif
  return {};
}

// ---- Namespaces: no network, no sight of the archive ---------------------------------------

bool is_inside(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// An empty folder is laid over each hidden one; only in this process's own view.
void hide_folders(const SandboxSettings& settings, SandboxReport& report) {
  // Our view must not spread back, or the archive would vanish for everybody.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    report.missing.push_back("hidden folders: " + last_error());
    return;
  }
  for (const fs::path& folder : settings.hidden) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    const fs::path scratch = fs::weakly_canonical(settings.scratch, error);
    if (error || is_inside(scratch, real)) {
      report.missing.push_back("hidden folders: scratch lies inside");
    } else if (::mount("none", real.c_str(), "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
                       "size=4k") != 0) {
      report.missing.push_back("hidden folders: " + last_error());
    } else {
      report.active.push_back("archive hidden");
    }
  }
}

void enter_namespaces(const SandboxSettings& settings, SandboxReport& report) {
  const auto user = ::getuid();
  const auto group = ::getgid();
  const bool hide = !settings.hidden.empty();
  const int flags = CLONE_NEWUSER | (settings.allow_tcp ? 0 : CLONE_NEWNET) | (hide ? CLONE_NEWNS : 0);
  if (::unshare(flags) != 0) {
    report.missing.push_back("namespaces: " + last_error());
    return;
  }
  // The same user inside as outside: files keep their owners.
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", fmt::format("{0} {0} 1", user));
  write_text("/proc/self/gid_map", fmt::format("{0} {0} 1", group));
  if (!settings.allow_tcp) report.active.push_back("no network");
  if (hide) hide_folders(settings, report);
}

void drop_capabilities(SandboxReport& report) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  if (::syscall(SYS_capset, &header, none.data()) == 0)
    report.active.push_back("no capabilities");
  else
    report.missing.push_back("dropping capabilities: " + last_error());
}

// ---- Landlock: what may be read and written ------------------------------------------------

// Debian 12's header knows version 2 at most; the numbers of later ones are the kernel's.
constexpr std::uint64_t kExecute = LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriteFile = LANDLOCK_ACCESS_FS_WRITE_FILE;
constexpr std::uint64_t kVersion1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
constexpr std::uint64_t kRefer = 1ull << 13;     // version 2
constexpr std::uint64_t kTruncate = 1ull << 14;  // version 3

void allow(int ruleset, const fs::path& path, std::uint64_t access) {
  const OwnedFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (fd.get() < 0) return;  // this system does not have it
  std::error_code error;
  if (!fs::is_directory(path, error)) access &= kExecute | kReadFile | kWriteFile | kTruncate;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = fd.get();
  ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

void enter_landlock(const SandboxSettings& settings, SandboxReport& report) {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) {
    report.missing.push_back("landlock: " + last_error());
    return;
  }
  std::uint64_t all = kVersion1;
  if (version >= 2) all |= kRefer;
  if (version >= 3) all |= kTruncate;
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = all;
  const OwnedFd ruleset(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
  if (ruleset.get() < 0) {
    report.missing.push_back("landlock: " + last_error());
    return;
  }
  const std::uint64_t read = kExecute | kReadFile | kReadFolder;
  for (const char* folder :
       {"/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/etc/fonts", "/etc/alternatives",
        "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/nsswitch.conf", "/etc/resolv.conf",
        "/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/localtime",
        "/run/systemd/resolve", "/run/resolvconf", "/etc/resolvconf", "/etc/locale.alias", "/etc/papersize", "/var/cache/fontconfig", "/var/lib/defoma",
        "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/vm", "/proc/sys/kernel",
        "/sys/devices/system/cpu", "/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero"})
    allow(ruleset.get(), folder, read);
  for (const fs::path& folder : settings.readable) allow(ruleset.get(), folder, read);
  for (const fs::path& folder : settings.writable) allow(ruleset.get(), folder, all & ~kExecute);
  if (settings.devices) {
    for (const char* folder : {"/etc/sane.d", "/etc/ssl", "/etc/gnutls", "/etc/snmp", "/var/lib/snmp", "/sys", "/run/udev", "/proc/bus", "/proc/scsi"})
      allow(ruleset.get(), folder, read);
    for (const char* folder : {"/dev", "/var/lock/sane", "/run/lock/sane"})
      allow(ruleset.get(), folder, all & ~kExecute);
  }
  std::error_code error;
  allow(ruleset.get(), fs::canonical("/proc/self/exe", error), read);
  allow(ruleset.get(), "/dev/null", kReadFile | kWriteFile | (all & kTruncate));
  allow(ruleset.get(), settings.scratch, all & ~kExecute);
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    report.missing.push_back("landlock: " + last_error());
    return;
  }
  report.active.push_back(fmt::format("landlock {}", version));
}

// ---- seccomp: calls that no worker needs ---------------------------------------------------
// A list of what is denied, not of what is allowed: Tesseract, OpenCV, poppler and the C library
// change their calls with every update, and an allow-list that breaks on an upgrade would be
// switched off. Denied calls fail with EPERM, so a library that merely tries goes on.

struct FilterDeleter {
  void operator()(void* filter) const noexcept { seccomp_release(filter); }
};

constexpr int kDenied[] = {
    // other processes
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(kcmp),
    SCMP_SYS(pidfd_getfd), SCMP_SYS(perf_event_open), SCMP_SYS(process_madvise),
    // a new view of the system
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare),
    SCMP_SYS(setns), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen), SCMP_SYS(fsmount),
    SCMP_SYS(fsconfig), SCMP_SYS(fspick), SCMP_SYS(mount_setattr), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(fanotify_init),
    // the kernel and its rarely used doors
    SCMP_SYS(bpf), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(init_module),
    SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
    SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl), SCMP_SYS(lookup_dcookie),
    SCMP_SYS(personality), SCMP_SYS(modify_ldt), SCMP_SYS(iopl), SCMP_SYS(ioperm),
    SCMP_SYS(vmsplice), SCMP_SYS(remap_file_pages), SCMP_SYS(move_pages), SCMP_SYS(migrate_pages),
    // the machine
    SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(quotactl),
    SCMP_SYS(syslog), SCMP_SYS(vhangup), SCMP_SYS(sethostname), SCMP_SYS(setdomainname),
    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex),
    // another identity
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid),
    SCMP_SYS(setresuid), SCMP_SYS(setresgid), SCMP_SYS(setfsuid), SCMP_SYS(setfsgid),
    SCMP_SYS(setgroups), SCMP_SYS(capset),
    // sockets for others to come in
    SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
};

bool deny_sockets(scmp_filter_ctx filter, bool allow_tcp) {
  const auto may = [&](int family) {
    return family == AF_UNIX ||
           (allow_tcp && (family == AF_INET || family == AF_INET6 || family == AF_NETLINK));
  };
  constexpr int kFamilies = 64;
  const std::uint32_t deny = SCMP_ACT_ERRNO(EACCES);
  bool done = seccomp_rule_add(filter, deny, SCMP_SYS(socket), 1,
                               SCMP_A0(SCMP_CMP_GT, kFamilies, 0)) == 0;
  for (int family = 0; family <= kFamilies; ++family)
    if (!may(family))
      done = done && seccomp_rule_add(filter, deny, SCMP_SYS(socket), 1,
                                      SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0)) == 0;
  return done;
}

bool deny_namespaces_by_clone(scmp_filter_ctx filter) {
  bool done = true;
  for (const std::uint64_t flag :
       {std::uint64_t{CLONE_NEWUSER}, std::uint64_t{CLONE_NEWNS}, std::uint64_t{CLONE_NEWNET},
        std::uint64_t{CLONE_NEWPID}, std::uint64_t{CLONE_NEWIPC}, std::uint64_t{CLONE_NEWUTS}})
    done = done && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                    SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag)) == 0;
  // Its flags lie in memory, where a filter cannot look; the C library then uses clone.
  return done && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

void enter_seccomp(const SandboxSettings& settings, SandboxReport& report) {
#if defined(SOGOC_ASAN) || defined(SOGOC_TSAN)
  (void)settings;
  report.missing.push_back("seccomp: left out for the sanitizer");
#else
  const std::unique_ptr<void, FilterDeleter> filter(seccomp_init(SCMP_ACT_ALLOW));
  bool done = filter != nullptr;
  for (const int call : kDenied) {
    if (!done) break;
    const int added = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0);
    done = added == 0 || added == -EDOM;  // -EDOM: this machine does not have the call
  }
  done = done && deny_sockets(filter.get(), settings.allow_tcp) &&
         deny_namespaces_by_clone(filter.get());
  if (done && seccomp_load(filter.get()) == 0)
    report.active.push_back("seccomp");
  else
    report.missing.push_back("seccomp: not in this kernel");
#endif
}

}  // namespace

Result<SandboxReport> enter_worker_sandbox(const SandboxSettings& settings, const Log& log) {
  SandboxReport report;
  SOGOC_CHECK(set_limits(settings));
  if (!settings.devices) enter_namespaces(settings, report);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail(ErrorCode::internal, Retry::never, "sandbox",
                "new privileges cannot be forbidden: " + last_error());
  drop_capabilities(report);
  enter_landlock(settings, report);
  enter_seccomp(settings, report);
  // A change of identity, as entering a namespace is, may have cleared it.
  if (settings.dies_with_parent) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  log.info("locked in: {}{}{}", fmt::join(report.active, ", "),
           report.missing.empty() ? "" : "; not available: ", fmt::join(report.missing, ", "));
  return report;
}

}  // namespace sogoc
