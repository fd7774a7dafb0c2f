#pragma once

// A bound register volume (sổ, quyển): what it is called, and what was found wrong with it. Pure.
// The book in which numbers of issued copies are kept is another thing: pipeline/copies/issue_book.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/names.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

using RegisterBookId = std::int64_t;
using EntryId = std::int64_t;
using TicketId = std::int64_t;

// A book as a person registers it.
struct NewRegisterBook {
  std::string code{};                     // unique: "KS.2005.01"; becomes part of file names
  std::string kind{};                     // of a template: "KS", "KH", "KT", "CMC", "HN", "DIPLOMA", ...
  std::string number{};                   // quyển: "01/2005", as written on the cover; may be ""
  int year_from = 0, year_to = 0;         // of its entries, both included
  std::string body{};                     // the office that kept it, as named then
  std::vector<std::string> layouts{};     // templates its pages may follow; empty = any
  std::optional<int> first_page{};        // number on its first page, when it is known
  std::optional<int> declared_pages{};    // numbered pages, as counted by hand
  std::optional<int> first_entry{};       // number of its first entry, when it is known
  std::optional<int> declared_entries{};  // "sổ này có N trường hợp", from its last page
  std::string note{};
  friend bool operator==(const NewRegisterBook&, const NewRegisterBook&) = default;
};

// Fails with usage and names what is wrong.
[[nodiscard]] Done check_register_book(const NewRegisterBook& book);

enum class RegisterBookState : std::uint8_t { open, closed };
inline constexpr NameTable<RegisterBookState, 2> kRegisterBookStateNames{
    {{RegisterBookState::open, "open"}, {RegisterBookState::closed, "closed"}}};
[[nodiscard]] constexpr std::string_view name(RegisterBookState state) { return name_in(kRegisterBookStateNames, state); }

// What a picture is to its book. Stored by name.
enum class BookPageRole : std::uint8_t {
  page,      // its entries count
  evidence,  // a second scan of another one: kept, its entries do not count
};
inline constexpr NameTable<BookPageRole, 2> kBookPageRoleNames{
    {{BookPageRole::page, "page"}, {BookPageRole::evidence, "evidence"}}};
[[nodiscard]] constexpr std::string_view name(BookPageRole role) { return name_in(kBookPageRoleNames, role); }

// A finding about a book waits as a ticket until a person says why it is settled.
//   open <-> gone (the finding no longer holds: a missing page was scanned)     open --> resolved
enum class TicketState : std::uint8_t { open, resolved, gone };
inline constexpr NameTable<TicketState, 3> kTicketStateNames{
    {{TicketState::open, "open"}, {TicketState::resolved, "resolved"}, {TicketState::gone, "gone"}}};
[[nodiscard]] constexpr std::string_view name(TicketState state) { return name_in(kTicketStateNames, state); }

// What closing a book would say.
struct BookCheck {
  std::int64_t pages = 0;               // scanned, evidence included
  std::int64_t pages_open = 0;          // not read yet, or quarantined
  std::int64_t entries = 0;
  std::int64_t open_tickets = 0;
  std::int64_t binding_unreviewed = 0;  // legally binding fields that no person has decided
  [[nodiscard]] bool agrees() const { return pages_open == 0 && open_tickets == 0 && binding_unreviewed == 0; }
  // In words, worst first.
  [[nodiscard]] std::vector<std::string> reasons() const;
};

}  // namespace sogoc
