#include "scanners/scanner.hpp"

#include <array>

#include "scanners/faults.hpp"
#include "scanners/sane_scanner.hpp"
#include "scanners/simulated_scanner.hpp"

namespace sogoc {
namespace {

constexpr std::array<std::string_view, 4> kSourceNames = {"flatbed", "adf", "adf-back", "adf-duplex"};
constexpr std::array<std::string_view, 3> kModeNames = {"lineart", "gray", "colour"};

template <typename Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

bool may_move(ScannerState from, ScannerState to) {
  switch (to) {
    case ScannerState::closed: return true;
    case ScannerState::open: return from == ScannerState::closed;
    case ScannerState::ready: return from != ScannerState::closed;
    case ScannerState::feeding: return from == ScannerState::ready || from == ScannerState::faulted;
    case ScannerState::faulted: return from == ScannerState::feeding;
  }
  return false;
}

std::string_view name(ScannerState state) {
  constexpr std::array<std::string_view, 5> kNames = {"closed", "open", "ready", "feeding", "faulted"};
  return kNames[static_cast<std::size_t>(state)];
}
std::string_view name(ScanSource source) { return kSourceNames[static_cast<std::size_t>(source)]; }
std::string_view name(ScanMode mode) { return kModeNames[static_cast<std::size_t>(mode)]; }
std::optional<ScanSource> scan_source_named(std::string_view text) { return named<ScanSource>(kSourceNames, text); }
std::optional<ScanMode> scan_mode_named(std::string_view text) { return named<ScanMode>(kModeNames, text); }

std::vector<std::unique_ptr<ScannerKind>> scanner_kinds() {
  std::vector<std::unique_ptr<ScannerKind>> kinds;
  kinds.push_back(make_simulated_scanners());
  kinds.push_back(make_traced_scanners());
  kinds.push_back(make_sane_scanners());
  return kinds;
}

std::vector<ScannerFile> files_of_scanner(const std::string& id) {
  for (const auto& kind : scanner_kinds())
    if (kind->knows(id)) return kind->files_of(id);
  return {};
}

Result<std::unique_ptr<Scanner>> open_scanner(const std::string& id) {
  for (const auto& kind : scanner_kinds())
    if (kind->knows(id)) return kind->open(id);
  return device_fault(DeviceFault::unknown_device, id);
}

}  // namespace sogoc
