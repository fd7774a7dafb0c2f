#pragma once

// What a page of a register book holds, as it was read: entries with fields "as written". Made by a
// page worker (workers/layout, through the RegisterReader port), stored inside the page record, and
// turned into entries of a book by pipeline/records. Nothing here was looked at by a person.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/units.hpp"
#include "pipeline/core/value_state.hpp"

namespace sogoc {

// One value of an entry.
struct FieldReading {
  std::string key;                          // of the template's field: "nksHoTen"
  std::string value;                        // as written, NFC; "" unless state is read
  ValueState state = ValueState::empty;     // read, empty, illegible or failed: four different things
  Confidence confidence;                    // how often a value read with it is wholly right
  bool sure = false;                        // above the calibrated bar of its kind and nothing against it
  BoxPx box;                                // master pixels; empty = the field has no place on this page
  std::string source;                       // "print", "handwriting", "mixed", "layout"
  std::vector<std::string> alternatives;    // other readings, best first, without `value`
  std::vector<std::string> doubts;          // why it is not sure, in words: "column shift", "overwritten"
  friend bool operator==(const FieldReading&, const FieldReading&) = default;
};

// A part of the page that belongs to an entry but to no field: a marginal note (ghi chú, cải chính).
struct EntryNote {
  std::string kind;                         // "margin", "correction"
  std::string text;                         // what could be read of it; "" = illegible
  BoxPx box;                                // master pixels
  friend bool operator==(const EntryNote&, const EntryNote&) = default;
};

// One registered event, or the part of one that stands on this page.
struct EntryReading {
  int part = 0;                             // index into PageRecord::parts
  BoxPx box;                                // master pixels
  bool continues_previous = false;          // carries on the last entry of the page before
  bool struck_out = false;
  std::vector<FieldReading> fields;         // in the order of the template, each key at most once
  std::vector<EntryNote> notes;
  friend bool operator==(const EntryReading&, const EntryReading&) = default;
};

// The number printed or written on a page (or on one half of a spread); state empty = there is none.
struct PageNumberReading {
  int part = 0;
  FieldReading number;                      // key "trangSo"
  friend bool operator==(const PageNumberReading&, const PageNumberReading&) = default;
};

struct RegisterPage {
  std::string layout;                       // template id: "ks-table-2005"; "generic-table" = unknown layout
  Confidence layout_confidence;
  std::vector<PageNumberReading> page_numbers;
  std::vector<EntryReading> entries;        // top to bottom, part by part
  std::vector<std::string> findings;        // "column_shift", "broken_ruling", "no_entries": each is a ticket
  std::string look;                         // perceptual hash of the page's picture, 16 hex digits; "" = blank
  friend bool operator==(const RegisterPage&, const RegisterPage&) = default;
};

}  // namespace sogoc
