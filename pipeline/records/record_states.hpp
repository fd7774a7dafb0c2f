#pragma once

// States of what the archive keeps, beside PageState of pipeline/core. Stored by name, append only.

#include <array>
#include <cstdint>
#include <string_view>

#include "pipeline/core/names.hpp"

namespace sogoc {

// received -> opened | quarantined (could not be opened; may be run again)
enum class FileState : std::uint8_t { received, opened, quarantined };

//   reading --> writing --> done
//     ^  |         |
//     |  |         +--> failed       (its files could not be written)
//     |  +--> waiting                (a page is quarantined)
//     |  +--> restricted             (a page bears a secrecy mark; an authorised person decides)
//     |  +--> failed                 (a file of it could not be opened)
//     +--- run again, decided -------+
enum class DocumentState : std::uint8_t { reading, writing, done, waiting, restricted, failed };

enum class DossierState : std::uint8_t { open, closed };

inline constexpr NameTable<FileState, 3> kFileStateNames{{{FileState::received, "received"},
                                                          {FileState::opened, "opened"},
                                                          {FileState::quarantined, "quarantined"}}};
inline constexpr NameTable<DocumentState, 6> kDocumentStateNames{
    {{DocumentState::reading, "reading"},
     {DocumentState::writing, "writing"},
     {DocumentState::done, "done"},
     {DocumentState::waiting, "waiting"},
     {DocumentState::restricted, "restricted"},
     {DocumentState::failed, "failed"}}};
inline constexpr NameTable<DossierState, 2> kDossierStateNames{
    {{DossierState::open, "open"}, {DossierState::closed, "closed"}}};

[[nodiscard]] constexpr std::string_view name(FileState state) {
  return name_in(kFileStateNames, state);
}
[[nodiscard]] constexpr std::string_view name(DocumentState state) {
  return name_in(kDocumentStateNames, state);
}
[[nodiscard]] constexpr std::string_view name(DossierState state) {
  return name_in(kDossierStateNames, state);
}

}  // namespace sogoc
