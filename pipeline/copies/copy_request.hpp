#pragma once

// A request for copies: who asks, by what right, for what. The rules are checks; a person reads
// the papers (ND 23/2015 Điều 16, requirements §10.29).

#include <optional>
#include <string>
#include <string_view>

#include "pipeline/copies/copy_kind.hpp"
#include "pipeline/copies/source_rules.hpp"
#include "pipeline/copies/work_calendar.hpp"

namespace sogoc {

enum class IdentityPaper : std::uint8_t { cccd, cmnd, passport, other };
inline constexpr NameTable<IdentityPaper, 4> kIdentityPaperNames{{{IdentityPaper::cccd, "cccd"},
                                                                  {IdentityPaper::cmnd, "cmnd"},
                                                                  {IdentityPaper::passport, "passport"},
                                                                  {IdentityPaper::other, "other"}}};
[[nodiscard]] constexpr std::string_view name(IdentityPaper paper) { return name_in(kIdentityPaperNames, paper); }

enum class Relation : std::uint8_t {
  holder,
  legal_representative,       // needs a basis; also a parent for a child under age
  authorised_representative,  // needs a basis
  parent, child, spouse, sibling, heir,  // only when the holder is dead, with proof of both
  presenter,                  // presents an original, or asks for a copy that has no holder
  reader,                     // of the archive's reading room
};
inline constexpr NameTable<Relation, 10> kRelationNames{{{Relation::holder, "holder"},
                                                         {Relation::legal_representative, "legal_representative"},
                                                         {Relation::authorised_representative, "authorised_representative"},
                                                         {Relation::parent, "parent"},
                                                         {Relation::child, "child"},
                                                         {Relation::spouse, "spouse"},
                                                         {Relation::sibling, "sibling"},
                                                         {Relation::heir, "heir"},
                                                         {Relation::presenter, "presenter"},
                                                         {Relation::reader, "reader"}}};
[[nodiscard]] constexpr std::string_view name(Relation relation) { return name_in(kRelationNames, relation); }

enum class RequestChannel : std::uint8_t { direct, post, online };
inline constexpr NameTable<RequestChannel, 3> kRequestChannelNames{{{RequestChannel::direct, "direct"},
                                                                    {RequestChannel::post, "post"},
                                                                    {RequestChannel::online, "online"}}};
[[nodiscard]] constexpr std::string_view name(RequestChannel channel) { return name_in(kRequestChannelNames, channel); }

inline constexpr int kMostCopies = 1000;

struct CopyRequest {
  // Applicant
  std::string full_name;
  std::string organisation;  // whom the applicant acts for, ""
  IdentityPaper paper = IdentityPaper::cccd;
  std::string paper_number;
  std::string address;
  std::string phone;
  // By what right
  Relation relation = Relation::holder;
  std::string basis;         // the paper that proves relation or authority
  std::string holder_name;   // "" = the applicant
  bool holder_dead = false;
  std::string death_basis;   // the paper that proves the death
  // What
  CopyKind kind = CopyKind::register_copy;
  int copies = 1;
  std::optional<CopySource> source;  // not known yet: `wanted` says what to look for
  std::string wanted;
  std::string purpose;
  RequestChannel channel = RequestChannel::direct;
  int extension_days = 0;
  std::string extension_reason;
  friend bool operator==(const CopyRequest&, const CopyRequest&) = default;
};

// Canonical JSON; reading is strict and names the first member that is wrong. Members that are not
// given keep their default; `kind`, `copies` and the source may come from the command line.
[[nodiscard]] Result<std::string> request_to_json(const CopyRequest& request);
[[nodiscard]] Result<CopyRequest> request_from_json(std::string_view text);

// Refuses (invalid_input) with every reason at once.
[[nodiscard]] Done check_request(const CopyRequest& request);

// What the appointment slip (phiếu hẹn) says.
struct AppointmentSlip {
  std::int64_t request = 0;
  std::string applicant;
  std::string wanted;
  std::string received;  // "14 giờ 03 phút, ngày 05 tháng 9 năm 2026"
  std::string due;       // deadline_in_words
  std::string due_iso;
};
[[nodiscard]] AppointmentSlip appointment_slip(std::int64_t id, const CopyRequest& request, UtcTime received,
                                               UtcTime deadline);

}  // namespace sogoc
