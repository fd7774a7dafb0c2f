// Tables from contractors: Excel where the bytes begin as a zip does, else CSV and JSON Lines. What is read keeps
// the limits.

#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "workers/exchange/table.hpp"

namespace {

using namespace sogoc;

TableLimits small_limits() {
  TableLimits limits;
  limits.file_bytes = limits.part_bytes = 4U << 20U;
  limits.rows = 2'000;
  limits.columns = 100;
  limits.cell_bytes = 4'000;
  return limits;
}

void look_at(const Result<std::vector<TableRow>>& rows) {
  if (!rows) {
    if (rows.error().message.empty()) std::abort();
    return;
  }
  const TableLimits limits = small_limits();
  if (rows->size() > limits.rows + 1) std::abort();
  for (const TableRow& row : *rows) {
    if (row.cells.size() > limits.columns + 1) std::abort();
    for (const TableCell& cell : row.cells)
      if (cell.text.size() > limits.cell_bytes) std::abort();
  }
}

void read_as_xlsx(std::string_view bytes) {
  char name[] = "/tmp/sogoc-fuzz-XXXXXX";
  const int file = ::mkstemp(name);
  if (file < 0) return;
  const bool whole = ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  ::close(file);
  if (whole) look_at(read_xlsx(name, small_limits()));
  ::unlink(name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with("PK")) {
    read_as_xlsx(bytes);
    return 0;
  }
  look_at(read_csv(bytes, small_limits()));
  look_at(read_json_lines(bytes, small_limits()));
  return 0;
}
