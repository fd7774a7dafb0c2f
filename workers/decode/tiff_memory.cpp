#include "workers/decode/tiff_memory.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace sogoc::decoding {

namespace {

void keep(std::vector<std::string>& list, TiffMessages& messages, const char* format,
          va_list arguments) {
  constexpr std::size_t kMostKept = 8;
  ++messages.count;
  if (list.size() >= kMostKept) return;
  char text[256] = {};
  std::vsnprintf(text, sizeof text, format, arguments);
  list.emplace_back(text);
}

int keep_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& messages = *static_cast<TiffMessages*>(user);
  keep(messages.errors, messages, format, arguments);
  return 1;  // and nothing is printed
}

int keep_warning(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& messages = *static_cast<TiffMessages*>(user);
  keep(messages.warnings, messages, format, arguments);
  return 1;
}

struct OptionsFreer {
  void operator()(TIFFOpenOptions* options) const noexcept { TIFFOpenOptionsFree(options); }
};
using OptionsPtr = std::unique_ptr<TIFFOpenOptions, OptionsFreer>;

OptionsPtr quiet_options(TiffMessages& messages) {
  OptionsPtr options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, &messages);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), keep_warning, &messages);
  return options;
}

std::size_t target_of(std::size_t position, std::size_t size, toff_t offset, int whence) {
  switch (whence) {
    case SEEK_CUR: return position + static_cast<std::size_t>(offset);
    case SEEK_END: return size + static_cast<std::size_t>(offset);
    default: return static_cast<std::size_t>(offset);
  }
}

tmsize_t read_bytes(thandle_t client, void* to, tmsize_t length) {
  auto& file = *static_cast<TiffInMemory*>(client);
  if (length <= 0 || file.position_ >= file.bytes_.size()) return 0;
  const std::size_t count =
      std::min(static_cast<std::size_t>(length), file.bytes_.size() - file.position_);
  std::memcpy(to, file.bytes_.data() + file.position_, count);
  file.position_ += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }
toff_t seek_in(thandle_t client, toff_t offset, int whence) {
  auto& file = *static_cast<TiffInMemory*>(client);
  file.position_ = target_of(file.position_, file.bytes_.size(), offset, whence);
  return file.position_;
}
toff_t size_in(thandle_t client) { return static_cast<TiffInMemory*>(client)->bytes_.size(); }
int close_nothing(thandle_t) { return 0; }
int map_bytes(thandle_t client, void** start, toff_t* size) {
  auto& file = *static_cast<TiffInMemory*>(client);
  // libtiff copies before it changes anything of a mapped file.
  *start = const_cast<std::uint8_t*>(file.bytes_.data());
  *size = file.bytes_.size();
  return 1;
}
void unmap_nothing(thandle_t, void*, toff_t) {}

tmsize_t read_back(thandle_t client, void* to, tmsize_t length) {
  auto& file = *static_cast<TiffToMemory*>(client);
  if (length <= 0 || file.position_ >= file.bytes_.size()) return 0;
  const std::size_t count =
      std::min(static_cast<std::size_t>(length), file.bytes_.size() - file.position_);
  std::memcpy(to, file.bytes_.data() + file.position_, count);
  file.position_ += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t write_bytes(thandle_t client, void* from, tmsize_t length) {
  auto& file = *static_cast<TiffToMemory*>(client);
  if (length <= 0) return 0;
  const auto count = static_cast<std::size_t>(length);
  if (file.bytes_.size() < file.position_ + count) file.bytes_.resize(file.position_ + count);
  std::memcpy(file.bytes_.data() + file.position_, from, count);
  file.position_ += count;
  return length;
}
toff_t seek_out(thandle_t client, toff_t offset, int whence) {
  auto& file = *static_cast<TiffToMemory*>(client);
  file.position_ = target_of(file.position_, file.bytes_.size(), offset, whence);
  return file.position_;
}
toff_t size_out(thandle_t client) { return static_cast<TiffToMemory*>(client)->bytes_.size(); }

}  // namespace

bool TiffMessages::any_contains(std::string_view text) const {
  const auto has = [&](const std::string& line) { return line.find(text) != std::string::npos; };
  return std::any_of(errors.begin(), errors.end(), has) ||
         std::any_of(warnings.begin(), warnings.end(), has);
}

TiffInMemory::TiffInMemory(Bytes bytes, std::uint64_t max_pixels) : bytes_(bytes) {
  const OptionsPtr options = quiet_options(messages_);
  // One block never needs more than a whole page of 16-bit CMYK with alpha.
  constexpr std::uint64_t kMostBytesPerPixel = 10;
  constexpr std::uint64_t kSmallThings = 64u << 20;
  TIFFOpenOptionsSetMaxSingleMemAlloc(
      options.get(), static_cast<tmsize_t>(max_pixels * kMostBytesPerPixel + kSmallThings));
  handle_.reset(TIFFClientOpenExt("memory", "r", this, read_bytes, write_nothing, seek_in,
                                  close_nothing, size_in, map_bytes, unmap_nothing, options.get()));
}

TiffToMemory::TiffToMemory() {
  const OptionsPtr options = quiet_options(messages_);
  handle_.reset(TIFFClientOpenExt("memory", "w", this, read_back, write_bytes, seek_out,
                                  close_nothing, size_out, nullptr, nullptr, options.get()));
}

Buffer TiffToMemory::finish() {
  handle_.reset();
  return std::move(bytes_);
}

}  // namespace sogoc::decoding
