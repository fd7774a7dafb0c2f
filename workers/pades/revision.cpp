#include "workers/pades/revision.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/owned_fd.hpp"
#include "workers/pades/byte_range.hpp"

namespace sogoc::pades {

namespace {

bool write_all(const OwnedFd& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Half the identifier stays, so that viewers know the file again; the other half is new.
std::string identifier(const RawPdf& base, std::string_view appended) {
  const std::string_view old = base.trailer_value("ID");
  if (old.empty()) return {};
  const std::string_view inside = trimmed(old.substr(1));
  const auto length = value_length(inside);
  if (!old.starts_with("[") || !length) return {};
  const Sha256 digest = sha256_of(std::as_bytes(std::span(appended.data(), appended.size())));
  return fmt::format("/ID [{} <{}>] ", inside.substr(0, *length), to_hex(digest).substr(0, 32));
}

}  // namespace

ChangedDictionary::ChangedDictionary(const RawDictionary& base) {
  for (const auto& [key, value] : base.entries) entries_.emplace_back(key, value.text);
}

void ChangedDictionary::set(std::string_view key, std::string value) {
  for (auto& [name, text] : entries_)
    if (name == key) {
      text = std::move(value);
      return;
    }
  entries_.emplace_back(key, std::move(value));
}

std::string ChangedDictionary::text() const {
  std::string text = "<<";
  for (const auto& [key, value] : entries_) text += "\n/" + key + " " + value;
  return text + "\n>>";
}

std::string with_reference(std::string_view array, int number) {
  const std::string_view inside = trimmed(array.substr(1, array.size() - 2));
  return fmt::format("[{}{}{} 0 R]", inside, inside.empty() ? "" : " ", number);
}

int Revision::add(std::string body) {
  objects_[next_] = std::move(body);
  return next_++;
}

int Revision::add_stream(const std::vector<std::uint8_t>& bytes) {
  return add(
      fmt::format("<< /Length {} >>\nstream\n{}\nendstream", bytes.size(),
                  std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
}

void Revision::replace(int number, std::string body) { objects_[number] = std::move(body); }

std::string Revision::text(std::map<int, std::size_t>& bodies) const {
  const std::size_t before = base_.bytes().size();
  std::string text = base_.bytes().ends_with('\n') ? "" : "\n";
  std::map<int, std::size_t> heads;
  for (const auto& [number, body] : objects_) {
    heads[number] = before + text.size();
    text += fmt::format("{} 0 obj\n", number);
    bodies[number] = before + text.size();
    text += body + "\nendobj\n";
  }
  const std::size_t table = before + text.size();
  text += "xref\n0 1\n0000000000 65535 f \n";
  for (auto at = heads.begin(); at != heads.end();) {
    auto end = at;
    int count = 0;
    while (end != heads.end() && end->first == at->first + count) ++end, ++count;
    text += fmt::format("{} {}\n", at->first, count);
    for (; at != end; ++at) text += fmt::format("{:010} 00000 n \n", at->second);
  }
  const std::string_view info = base_.trailer_value("Info");
  text += fmt::format("trailer\n<< /Size {} /Root {} 0 R {}{}/Prev {} >>\nstartxref\n{}\n%%EOF\n",
                      next_, base_.root(), info.empty() ? "" : fmt::format("/Info {} ", info),
                      identifier(base_, text), base_.table_at(), table);
  return text;
}

Done Revision::write_file(const std::filesystem::path& from, const std::filesystem::path& to,
                          std::string_view appended) const {
  const std::string subject = to.filename().string();
  std::error_code ignored;
  if (std::filesystem::equivalent(from, to, ignored))
    return fail(ErrorCode::usage, Retry::never, subject, "a revision needs a file of its own");
  OwnedFd file(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const bool opened = static_cast<bool>(file);
  // A full disk may be reported only by close().
  if (opened && write_all(file, base_.bytes()) && write_all(file, appended) &&
      ::close(file.release()) == 0)
    return {};
  const int reason = errno;
  if (opened) std::filesystem::remove(to, ignored);
  if (reason == EACCES || reason == EPERM || reason == EROFS)
    return fail(ErrorCode::no_permission, Retry::after_operator, subject,
                "may not be written here; check the rights of the folder");
  if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG || reason == EIO)
    return fail(ErrorCode::no_space, Retry::after_operator, subject,
                "the revision cannot be written; is the disk full?");
  return fail(ErrorCode::internal, Retry::never, subject,
              fmt::format("cannot be written: {}", std::strerror(reason)));
}

Done Revision::write(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::map<int, std::size_t> bodies;
  return write_file(from, to, text(bodies));
}

Result<SignatureHole> Revision::write_with_hole(const std::filesystem::path& from,
                                                const std::filesystem::path& to, int signature) {
  std::map<int, std::size_t> bodies;
  std::string appended = text(bodies);
  const std::size_t before = base_.bytes().size();
  const std::size_t at = bodies.at(signature);
  const auto dictionary = parse_dictionary(std::string_view(appended).substr(at - before), at);
  if (!dictionary) return base_.refuse("the new signature dictionary is damaged");
  SOGOC_TRY(const SettledRange settled,
            settle_byte_range(*dictionary, before + appended.size(), base_.subject()));
  appended.replace(settled.at - before, settled.text.size(), settled.text);
  SOGOC_CHECK(write_file(from, to, appended));
  return settled.hole;
}

}  // namespace sogoc::pades
