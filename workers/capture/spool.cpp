#include "workers/capture/spool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;
constexpr const char* kLedger = "ledger";

tl::unexpected<Error> disk_failed(const fs::path& path, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return fail(full ? ErrorCode::no_space : ErrorCode::no_permission, Retry::after_operator, path.string(),
              full ? std::string("the disk of the station is full; make room and scan again")
                   : std::string("the folder of the station cannot be written; name another one with --spool or ask for the right to write there: ") + std::strerror(number));
}

Done sync_folder_of(const fs::path& folder) {
  const OwnedFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return disk_failed(folder, errno);
  return {};
}

Result<OwnedFd> open_ledger(const fs::path& folder, int flags) {
  OwnedFd fd(::open((folder / kLedger).c_str(), flags | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return disk_failed(folder, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::conflict, Retry::after_operator, folder.string(), "another process scans this stack; wait for it or stop it");
  return fd;
}

std::string all_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Result<std::unique_ptr<SpooledOrder>> SpooledOrder::create(const fs::path& spool, const CaptureOrder& order) {
  std::error_code error;
  fs::create_directories(spool, error);
  if (error) return disk_failed(spool, error.value());
  const fs::path folder = spool / order.id;
  if (!fs::create_directory(folder, error) || error) return disk_failed(folder, error ? error.value() : EEXIST);
  fs::permissions(folder, fs::perms::owner_all, error);
  SOGOC_TRY(OwnedFd ledger, open_ledger(folder, O_CREAT | O_EXCL));
  std::unique_ptr<SpooledOrder> made(new SpooledOrder(folder, std::move(ledger)));  // NOLINT: private constructor
  SOGOC_CHECK(made->append(order_line(order)));
  SOGOC_CHECK(sync_folder_of(folder));
  SOGOC_CHECK(sync_folder_of(spool));
  return made;
}

Result<std::unique_ptr<SpooledOrder>> SpooledOrder::reopen(const fs::path& folder) {
  SOGOC_TRY(OwnedFd ledger, open_ledger(folder, 0));
  std::unique_ptr<SpooledOrder> order(new SpooledOrder(folder, std::move(ledger)));  // NOLINT: private constructor
  SOGOC_TRY(order->state_, read_ledger(all_of(folder / kLedger)));
  const LedgerState& state = order->state_;
  if (!state.order)
    return fail(ErrorCode::corrupt, Retry::after_operator, folder.string(), "the station's ledger has no beginning; nothing was scanned into it, remove the folder");
  if (::ftruncate(order->ledger_.get(), static_cast<off_t>(state.whole_bytes)) != 0 || ::fsync(order->ledger_.get()) != 0)
    return disk_failed(folder, errno);
  // Pictures of pending sheets stay; whatever else lies there belongs to a sheet that is scanned again, or was sent.
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const bool pending = std::any_of(state.pending.begin(), state.pending.end(), [&](const CapturedSheet& sheet) {
      return std::any_of(sheet.sides.begin(), sheet.sides.end(), [&](const CapturedSide& side) {
        return entry.path() == order->file_of(sheet.sheet, side.side);
      });
    });
    if (!pending && entry.path().filename() != kLedger) fs::remove(entry.path(), error);
  }
  for (const CapturedSheet& sheet : state.pending)
    for (const CapturedSide& side : sheet.sides)
      if (!fs::exists(order->file_of(sheet.sheet, side.side)))
        return fail(ErrorCode::corrupt, Retry::after_operator, order->file_of(sheet.sheet, side.side).string(),
                    "a picture of the ledger is missing on this station's disk; find it, or scan the stack anew with --new");
  return order;
}

LedgerState SpooledOrder::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

fs::path SpooledOrder::file_of(std::int64_t sheet, int side) const { return folder_ / fmt::format("{:06}-{}.png", sheet, side + 1); }
fs::path SpooledOrder::partial_of(std::int64_t sheet, int side) const { return folder_ / fmt::format("{:06}-{}.partial", sheet, side + 1); }

// A line that could not be written whole is cut off again, so that the next one does not follow half a line.
Done SpooledOrder::append(const std::string& line) {
  const std::lock_guard lock(mutex_);
  std::size_t done = 0;
  int number = 0;
  while (done < line.size()) {
    const ssize_t wrote = ::pwrite(ledger_.get(), line.data() + done, line.size() - done, static_cast<off_t>(state_.whole_bytes + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      number = wrote < 0 ? errno : ENOSPC;
      break;
    }
    done += static_cast<std::size_t>(wrote);
  }
  if (number == 0 && ::fsync(ledger_.get()) != 0) number = errno;
  if (number != 0) {
    (void)!::ftruncate(ledger_.get(), static_cast<off_t>(state_.whole_bytes));
    return disk_failed(folder_, number);
  }
  return add_ledger_line(state_, line);
}

Done SpooledOrder::begin_sheet(std::int64_t sheet) { return append(feed_line(sheet)); }

Done SpooledOrder::keep_sheet(const CapturedSheet& sheet) {
  for (const CapturedSide& side : sheet.sides)
    if (::rename(partial_of(sheet.sheet, side.side).c_str(), file_of(sheet.sheet, side.side).c_str()) != 0) return disk_failed(folder_, errno);
  SOGOC_CHECK(sync_folder_of(folder_));
  // From here on the pictures are durable; the line makes them count.
  return append(sheet_line(sheet));
}

Done SpooledOrder::sent(const CapturedSheet& sheet) {
  SOGOC_CHECK(append(sent_line(sheet.sheet)));
  std::error_code ignored;
  for (const CapturedSide& side : sheet.sides) fs::remove(file_of(sheet.sheet, side.side), ignored);
  return {};
}

Done SpooledOrder::fault(std::string_view name) { return append(fault_line(name)); }
Done SpooledOrder::end(std::string_view why) { return append(end_line(why)); }

Done SpooledOrder::close() {
  SOGOC_CHECK(append(closed_line()));
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  return {};
}

Result<std::vector<OpenOrder>> open_orders(const fs::path& spool) {
  std::vector<OpenOrder> orders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(spool, error)) {
    if (!fs::exists(entry.path() / kLedger)) continue;
    SOGOC_TRY(LedgerState state, read_ledger(all_of(entry.path() / kLedger)));
    if (state.order && !state.closed) orders.push_back({entry.path(), std::move(state)});
  }
  std::sort(orders.begin(), orders.end(), [](const OpenOrder& a, const OpenOrder& b) { return a.state.order->started_at < b.state.order->started_at; });
  return orders;
}

}  // namespace sogoc
