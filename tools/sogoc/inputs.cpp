#include "tools/sogoc/inputs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>

#include <fmt/format.h>

namespace sogoc {
namespace fs = std::filesystem;
namespace {

bool looks_like_pdf(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  char head[1024] = {};
  stream.read(head, sizeof head);
  return std::string_view(head, static_cast<std::size_t>(stream.gcount())).find("%PDF-") !=
         std::string_view::npos;
}

Error refusal(const fs::path& input, ErrorCode code, std::string message) {
  return Error{code, Retry::after_operator, shown_name(input), std::move(message), {}, {}};
}

std::optional<Error> why_unreadable(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found)
    return refusal(file, ErrorCode::invalid_input, "there is no such file; check the name");
  if (error) return refusal(file, ErrorCode::no_permission, error.message());
  if (status.type() != fs::file_type::regular && status.type() != fs::file_type::directory)
    return refusal(file, ErrorCode::unsupported_input, "it is neither a file nor a folder");
  if (::access(file.c_str(), R_OK) != 0)
    return refusal(file, ErrorCode::no_permission,
                   "it may not be read; ask its owner for the right to read it");
  return std::nullopt;
}

void gather_folder(const fs::path& folder, Inputs& inputs, std::vector<fs::path>* bound) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->path().filename().native().front() != '.') entries.push_back(it->path());
  if (error) {
    inputs.refused.push_back(refusal(folder, ErrorCode::no_permission, error.message()));
    return;
  }
  std::ranges::sort(entries, [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().native(), b.filename().native());
  });

  InputDocument images;
  for (const fs::path& entry : entries) {
    if (auto why = why_unreadable(entry)) {
      inputs.refused.push_back(std::move(*why));
    } else if (fs::is_directory(entry)) {
      gather_folder(entry, inputs, bound);
    } else if (bound != nullptr) {
      bound->push_back(entry);
    } else if (looks_like_pdf(entry)) {
      inputs.documents.push_back({{entry}});
    } else {
      images.files.push_back(entry);
    }
  }
  if (!images.files.empty()) inputs.documents.push_back(std::move(images));
}

Result<fs::path> copy_of_standard_input(const fs::path& scratch) {
  const fs::path file = scratch / "standard-input";
  std::ofstream out(file, std::ios::binary);
  out << std::cin.rdbuf();
  out.close();
  if (!out)
    return fail(ErrorCode::no_space, Retry::after_operator, "standard input",
                "it could not be copied to " + shown_name(scratch) + "; free some space there");
  return file;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_number(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  std::string_view number = text.substr(0, length);
  text.remove_prefix(length);
  const std::size_t first = number.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view{} : number.substr(first);
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a), y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a.front() != b.front())
        return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // "01" and "1": some order, but always the same
}

Inputs gather_inputs(const std::vector<std::string>& arguments, bool one_document,
                     const fs::path& scratch) {
  Inputs inputs;
  std::vector<fs::path> bound;
  for (const std::string& argument : arguments) {
    fs::path input = argument;
    if (argument == "-") {
      auto copied = copy_of_standard_input(scratch);
      if (!copied) {
        inputs.refused.push_back(std::move(copied).error());
        continue;
      }
      input = *copied;
    }
    if (auto why = why_unreadable(input)) {
      inputs.refused.push_back(std::move(*why));
    } else if (fs::is_directory(input)) {
      gather_folder(input, inputs, one_document ? &bound : nullptr);
    } else if (one_document) {
      bound.push_back(input);
    } else {
      inputs.documents.push_back({{input}});
    }
  }
  if (!bound.empty()) inputs.documents.push_back({std::move(bound)});
  return inputs;
}

std::string shown_name(const fs::path& file) {
  const std::string bytes = file.filename().empty() ? file.native() : file.filename().native();
  std::string shown;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
    bool whole = length > 0 && i + length <= bytes.size();
    for (std::size_t k = 1; whole && k < length; ++k)
      whole = (static_cast<unsigned char>(bytes[i + k]) & 0xc0) == 0x80;
    if (whole && !(length == 1 && (lead < 0x20 || lead == 0x7f))) {
      shown.append(bytes, i, length);
      i += length;
    } else {
      shown += fmt::format("\\x{:02x}", lead);
      ++i;
    }
  }
  return shown;
}

}  // namespace sogoc
