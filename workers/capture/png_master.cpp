#include "workers/capture/png_master.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>

#include <zlib.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kBuffer = 256 * 1024;
constexpr int kLevel = 1;  // a feeder of 120 sides a minute must not wait for the last percent

void append32(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

// Header and resolution come first with a height of 0 and are written again at the end: only then is the height known.
class PngMaster::Writer {
 public:
  Writer(std::filesystem::path path, OwnedFd file, std::int64_t most_kept) : path_(std::move(path)), file_(std::move(file)), most_kept_(most_kept) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    if (deflating_) deflateEnd(&stream_);
    if (!finished_) ::unlink(path_.c_str());
  }

  Done begin(const LineFormat& format) {
    format_ = format;
    if (deflateInit(&stream_, kLevel) != Z_OK) return fail(ErrorCode::out_of_memory, Retry::after_operator, "scan", "there is not memory enough to write the picture");
    deflating_ = true;
    packed_.resize(kBuffer);
    stream_.next_out = packed_.data();
    stream_.avail_out = static_cast<uInt>(packed_.size());
    row_.resize(1 + format_.bytes_per_line());
    before_.assign(format_.bytes_per_line(), 0);
    const std::int64_t expected = static_cast<std::int64_t>(format_.width) * std::max(format_.lines, 1);
    kept_ = expected <= most_kept_;
    if (kept_ && format_.lines > 0) pixels_.reserve(kept_stride() * static_cast<std::size_t>(format_.lines));
    return put(head(0));
  }

  Done line(std::span<const std::uint8_t> raw) {
    if (raw.size() != format_.bytes_per_line()) return fail(ErrorCode::internal, Retry::never, "scan", "a line has the wrong length");
    // PNG says 0 = black also for one bit.
    current_.assign(raw.begin(), raw.end());
    if (format_.bits == 1)
      for (std::uint8_t& octet : current_) octet = static_cast<std::uint8_t>(~octet);
    filter();
    stream_.next_in = row_.data();
    stream_.avail_in = static_cast<uInt>(row_.size());
    SOGOC_CHECK(deflate_all(Z_NO_FLUSH));
    before_.swap(current_);
    ++lines_;
    if (kept_) keep(raw);
    return {};
  }

  Done end() {
    if (lines_ == 0) return fail(ErrorCode::invalid_input, Retry::after_operator, "scan", "the scanner sent a picture without lines; scan the sheet again");
    stream_.avail_in = 0;
    SOGOC_CHECK(deflate_all(Z_FINISH));
    SOGOC_CHECK(flush_piece());
    SOGOC_CHECK(put(chunk("IEND", {})));
    const std::vector<std::uint8_t> first = head(lines_);
    if (::pwrite(file_.get(), first.data(), first.size(), 0) != static_cast<ssize_t>(first.size())) return disk_failed();
    if (::fsync(file_.get()) != 0) return disk_failed();
    ended_ = true;
    return {};
  }

  Result<MasterFile> finish() {
    if (!ended_) return fail(ErrorCode::internal, Retry::never, "scan", "the picture is not whole");
    MasterFile master;
    master.size = {format_.width, lines_};
    master.resolution = format_.resolution;
    SOGOC_CHECK(digest(master));
    if (kept_) {
      const PixelFormat kind = format_.bits == 1 ? PixelFormat::bit1 : format_.channels == 1 ? PixelFormat::gray8 : PixelFormat::rgb8;
      SOGOC_TRY(master.picture, PageImage::create(master.size, kind, format_.resolution, std::move(pixels_)));
    }
    finished_ = true;
    return master;
  }

 private:
  [[nodiscard]] std::size_t kept_stride() const {
    return format_.bits == 1 ? format_.bytes_per_line() : static_cast<std::size_t>(format_.width) * static_cast<std::size_t>(format_.channels);
  }

  void keep(std::span<const std::uint8_t> raw) {
    if (static_cast<std::int64_t>(format_.width) * lines_ > most_kept_) {
      kept_ = false;
      pixels_ = {};
      return;
    }
    if (format_.bits != 16) {
      pixels_.insert(pixels_.end(), raw.begin(), raw.end());
      return;
    }
    for (std::size_t i = 0; i < raw.size(); i += 2) pixels_.push_back(raw[i]);
  }

  // Rows of a page differ little from the row above: "up" is nearly as good as choosing, and costs one subtraction.
  void filter() {
    if (format_.bits == 1) {
      row_[0] = 0;
      std::memcpy(row_.data() + 1, current_.data(), current_.size());
      return;
    }
    row_[0] = 2;
    for (std::size_t i = 0; i < current_.size(); ++i) row_[i + 1] = static_cast<std::uint8_t>(current_[i] - before_[i]);
  }

  std::vector<std::uint8_t> head(int lines) const {
    std::vector<std::uint8_t> all = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    std::vector<std::uint8_t> facts;
    append32(facts, static_cast<std::uint32_t>(format_.width));
    append32(facts, static_cast<std::uint32_t>(lines));
    facts.push_back(static_cast<std::uint8_t>(format_.bits));
    facts.push_back(format_.channels == 3 ? 2 : 0);
    facts.insert(facts.end(), {0, 0, 0});
    std::vector<std::uint8_t> density;
    append32(density, static_cast<std::uint32_t>(std::lround(format_.resolution.x.value / 0.0254)));
    append32(density, static_cast<std::uint32_t>(std::lround(format_.resolution.y.value / 0.0254)));
    density.push_back(1);
    for (const auto& piece : {chunk("IHDR", facts), chunk("pHYs", density)}) all.insert(all.end(), piece.begin(), piece.end());
    return all;
  }

  static std::vector<std::uint8_t> chunk(const char* kind, std::span<const std::uint8_t> data) {
    std::vector<std::uint8_t> all;
    all.reserve(data.size() + 12);
    append32(all, static_cast<std::uint32_t>(data.size()));
    all.insert(all.end(), kind, kind + 4);
    all.insert(all.end(), data.begin(), data.end());
    append32(all, static_cast<std::uint32_t>(::crc32(0, all.data() + 4, static_cast<uInt>(all.size() - 4))));
    return all;
  }

  Done deflate_all(int flush) {
    while (true) {
      const int result = ::deflate(&stream_, flush);
      if (result == Z_STREAM_END) return {};
      if (result != Z_OK && result != Z_BUF_ERROR) return fail(ErrorCode::internal, Retry::never, "scan", "the picture cannot be packed");
      if (stream_.avail_out == 0) {
        SOGOC_CHECK(flush_piece());
      } else if (stream_.avail_in == 0 && flush == Z_NO_FLUSH) {
        return {};
      }
    }
  }

  Done flush_piece() {
    const std::size_t used = packed_.size() - stream_.avail_out;
    if (used > 0) SOGOC_CHECK(put(chunk("IDAT", {packed_.data(), used})));
    stream_.next_out = packed_.data();
    stream_.avail_out = static_cast<uInt>(packed_.size());
    return {};
  }

  tl::unexpected<Error> disk_failed() const {
    const bool full = errno == ENOSPC || errno == EDQUOT;
    return fail(full ? ErrorCode::no_space : ErrorCode::no_permission, Retry::after_operator, path_.parent_path().string(),
                full ? std::string("the disk of the station is full; make room, lay the sheet back on top of the stack and scan again")
                     : std::string("the folder of the station cannot be written; name another one with --spool or ask for the right to write there: ") + std::strerror(errno));
  }

  Done put(const std::vector<std::uint8_t>& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t wrote = ::write(file_.get(), bytes.data() + done, bytes.size() - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return disk_failed();
      done += static_cast<std::size_t>(wrote);
    }
    return {};
  }

  // Of the file as it lies there: what was really written.
  Done digest(MasterFile& master) {
    Sha256Stream hash;
    std::vector<std::byte> piece(kBuffer);
    for (off_t at = 0;;) {
      const ssize_t got = ::pread(file_.get(), piece.data(), piece.size(), at);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return disk_failed();
      if (got == 0) break;
      hash.add({piece.data(), static_cast<std::size_t>(got)});
      at += got;
      master.bytes = static_cast<std::uint64_t>(at);
    }
    master.digest = hash.finish();
    return {};
  }

  std::filesystem::path path_;
  OwnedFd file_;
  std::int64_t most_kept_;
  LineFormat format_;
  z_stream stream_{};
  bool deflating_ = false, ended_ = false, finished_ = false, kept_ = false;
  int lines_ = 0;
  std::vector<std::uint8_t> packed_, row_, before_, current_, pixels_;
};

PngMaster::PngMaster(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
PngMaster::~PngMaster() = default;

Result<std::unique_ptr<PngMaster>> PngMaster::create(const std::filesystem::path& file, std::int64_t most_kept) {
  OwnedFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) {
    const bool full = errno == ENOSPC || errno == EDQUOT;
    return fail(full ? ErrorCode::no_space : ErrorCode::no_permission, Retry::after_operator, file.parent_path().string(),
                full ? std::string("the disk of the station is full; make room, lay the sheet back on top of the stack and scan again")
                     : std::string("the folder of the station cannot be written; name another one with --spool or ask for the right to write there: ") + std::strerror(errno));
  }
  return std::unique_ptr<PngMaster>(new PngMaster(std::make_unique<Writer>(file, std::move(fd), most_kept)));  // NOLINT: private constructor
}
Done PngMaster::begin(const LineFormat& format) { return writer_->begin(format); }
Done PngMaster::line(std::span<const std::uint8_t> row) { return writer_->line(row); }
Done PngMaster::end() { return writer_->end(); }
Result<MasterFile> PngMaster::finish() { return writer_->finish(); }

}  // namespace sogoc
