#include "storage/capture_store.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "pipeline/capture/capture_json.hpp"
#include "storage/batch_rows.hpp"
#include "storage/book_rows.hpp"
#include "storage/job_moves.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"open", "waiting", "finished", "dropped"};
constexpr std::array<std::string_view, 4> kDecisions = {"none", "accepted", "rejected", "replaced"};

std::string called(CaptureSessionId id) { return fmt::format("scan session {}", id); }
tl::unexpected<Error> no_such(CaptureSessionId id) {
  return fail(ErrorCode::not_found, Retry::never, called(id), "does not exist; `sogoc scan sessions` lists them");
}
tl::unexpected<Error> is_over(CaptureSessionId id) {
  return fail(ErrorCode::conflict, Retry::never, called(id), "is over; nothing in it changes any more");
}

template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& names, const std::string& text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) fail_stored("a capture row with an unknown word");
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<CaptureSessionRow> load_sessions(Database& database, std::optional<CaptureSessionId> id) {
  std::vector<CaptureSessionRow> rows;
  auto query = database.query(
      "SELECT s.id, s.name, s.book, s.dossier, s.state, s.declared, s.turned_later, s.started_at, "
      "coalesce((SELECT o.by FROM capture_orders o WHERE o.session = s.id AND o.role = 'stack'), ''), "
      "coalesce((SELECT o.device FROM capture_orders o WHERE o.session = s.id AND o.role = 'stack'), '') "
      "FROM capture_sessions s WHERE ?1 IS NULL OR s.id = ?1 ORDER BY s.id DESC",
      id);
  while (query.next()) {
    CaptureSessionRow row;
    row.id = query.integer(0);
    row.name = query.text(1);
    row.target = {query.text(2), query.text(3)};
    row.state = static_cast<CaptureState>(index_of(kStates, query.text(4)));
    if (!query.null(5)) row.declared = query.integer(5);
    row.turned_later = query.integer(6) != 0;
    row.started_at = query.time(7);
    row.operator_name = query.text(8);
    row.device = query.text(9);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<CaptureImageRow> load_images(Database& database, CaptureSessionId session) {
  std::vector<CaptureImageRow> rows;
  auto query = database.query(
      "SELECT i.id, i.capture_order, i.sheet, i.insert_no, i.side, i.digest, i.bytes, i.width, i.height, i.dpi_x, i.dpi_y, i.scanned_at, "
      "i.findings, i.blank, i.cover, i.judged_ms, o.device, o.settings, o.by, i.decision, i.decided_by, i.decided_at, i.reason, i.batch, "
      "i.file_ordinal, i.received_as FROM capture_images i JOIN capture_orders o ON o.id = i.capture_order WHERE i.session = ?1 "
      "ORDER BY i.sheet, i.insert_no, i.side, i.id",
      session);
  while (query.next()) {
    CaptureImageRow row;
    row.id = query.integer(0);
    row.order = query.text(1);
    row.sheet = query.integer(2);
    row.insert = query.integer(3);
    row.about.side = static_cast<int>(query.integer(4));
    row.about.digest = query.digest(5);
    row.about.bytes = static_cast<std::uint64_t>(query.integer(6));
    row.about.size = {static_cast<int>(query.integer(7)), static_cast<int>(query.integer(8))};
    row.about.resolution = {Dpi{query.real(9)}, Dpi{query.real(10)}};
    row.about.at = query.time(11);
    auto findings = capture_findings_in(query.text(12));
    if (!findings) fail_stored("a capture row without findings");
    row.about.findings = std::move(*findings);
    row.about.blank = query.integer(13) != 0;
    row.about.cover = query.text(14);
    row.about.judged_ms = static_cast<int>(query.integer(15));
    row.device = query.text(16);
    row.settings = query.text(17);
    row.operator_name = query.text(18);
    row.decision = static_cast<ImageDecision>(index_of(kDecisions, query.text(19)));
    row.decided_by = query.text(20);
    row.decided_at = query.time_or_none(21);
    row.reason = query.text(22);
    if (!query.null(23)) row.batch = query.integer(23);
    if (!query.null(24)) row.file_ordinal = query.integer(24);
    row.about.received_as = query.text(25);
    rows.push_back(std::move(row));
  }
  return rows;
}

void count_images(Database& database, CaptureSessionRow& session) {
  std::pair<std::int64_t, std::int64_t> last{-1, -1};
  for (const CaptureImageRow& image : load_images(database, session.id)) {
    session.waiting += image.waits();
    if (!image.stays()) continue;
    ++session.images;
    if (std::pair(image.sheet, image.insert) != last) ++session.sheets;
    last = {image.sheet, image.insert};
  }
  auto query = database.query("SELECT DISTINCT batch FROM capture_images WHERE session = ?1 AND batch IS NOT NULL ORDER BY batch", session.id);
  while (query.next()) session.batches.push_back(query.integer(0));
}

struct OrderRow {
  CaptureSessionId session = 0;
  OrderRole role = OrderRole::stack;
  std::int64_t at = 0;
  int at_side = 0;
  std::string by, reason;
  CaptureState state = CaptureState::open;
};
Result<OrderRow> load_order(Database& database, const std::string& order) {
  auto query = database.query(
      "SELECT o.session, o.role, o.at_sheet, o.at_side, o.by, o.reason, s.state FROM capture_orders o JOIN capture_sessions s ON s.id = o.session "
      "WHERE o.id = ?1",
      order);
  if (!query.next()) return fail(ErrorCode::not_found, Retry::same_step, "scan order", "is not known to the archive; send it first");
  OrderRow row;
  row.session = query.integer(0);
  row.role = *order_role_named(query.text(1));
  row.at = query.integer(2);
  row.at_side = static_cast<int>(query.integer(3));
  row.by = query.text(4);
  row.reason = query.text(5);
  row.state = static_cast<CaptureState>(index_of(kStates, query.text(6)));
  return row;
}

void set_state(Database& database, CaptureSessionId session, CaptureState state) {
  database.run("UPDATE capture_sessions SET state = ?2 WHERE id = ?1", session, name(state));
}

Done check_target(Database& database, const CaptureTarget& target) {
  if (!target.book.empty()) {
    SOGOC_TRY(const RegisterBookId book, open_register_book(database, target.book));
    (void)book;
  }
  if (target.dossier.empty()) return {};
  auto query = database.query("SELECT state FROM dossiers WHERE code = ?1", target.dossier);
  if (!query.next()) return fail(ErrorCode::not_found, Retry::never, "dossier " + target.dossier, "does not exist; create it first");
  if (query.text(0) != "open") return fail(ErrorCode::conflict, Retry::after_operator, "dossier " + target.dossier, "is closed; nothing can be added to it");
  return {};
}

// Where a sheet of an order stands in its session.
struct Place {
  std::int64_t sheet = 0, insert = 0;
};
Result<Place> place_of(Database& database, const OrderRow& order, std::int64_t order_sheet) {
  switch (order.role) {
    case OrderRole::stack: return Place{order_sheet, 0};
    case OrderRole::backs: return Place{0, order_sheet};  // until the pass has ended
    case OrderRole::replace: {
      if (order_sheet != 1) return fail(ErrorCode::conflict, Retry::never, called(order.session), "one sheet is replaced at a time");
      return Place{order.at, 0};
    }
    case OrderRole::insert: {
      auto query = database.query("SELECT coalesce(max(insert_no), 0) FROM capture_images WHERE session = ?1 AND sheet = ?2", order.session, order.at);
      return Place{order.at, (query.next() ? query.integer(0) : 0) + 1};
    }
  }
  return Place{};
}

Assembly assembled(Database& database, const CaptureSessionRow& session) {
  std::vector<PlacedImage> placed;
  std::int64_t waiting = 0, fronts = 0, backs = 0, open_backs = 0;
  for (const CaptureImageRow& image : load_images(database, session.id)) {
    waiting += image.waits();
    if (!image.stays()) continue;
    (image.about.side == 0 ? fronts : backs) += 1;
    open_backs += image.sheet == 0 && image.about.side == 1 && session.turned_later;
    // Blankness matters here for the backs of covers alone: dirt on them is no page.
    const bool blank = image.about.blank || std::any_of(image.about.findings.begin(), image.about.findings.end(),
                                                        [](const CaptureFinding& finding) { return finding.code == "few_marks"; });
    placed.push_back({image.id, image.sheet, image.insert, image.about.side, blank, image.about.cover});
  }
  Assembly assembly = assemble(std::move(placed), session.target);
  if (waiting > 0) assembly.problems.push_back(fmt::format("{} pictures need a person; accept them, reject them or scan them again", waiting));
  if (session.state == CaptureState::open) assembly.problems.push_back("its stack is not at its end; go on scanning, or end it");
  if (session.turned_later && (fronts != backs || open_backs > 0))
    assembly.problems.push_back(fmt::format("{} fronts and {} backs were scanned; scan the backs, all of them, or reject what is too much", fronts, backs));
  std::int64_t sheets = 0;
  for (const AssembledPart& part : assembly.parts) sheets += part.sheets;
  if (session.declared && *session.declared != sheets)
    assembly.differences.push_back(fmt::format("{} sheets are declared, but {} were scanned", *session.declared, sheets));
  if (assembly.parts.empty()) assembly.problems.push_back("it has no pages; drop it");
  return assembly;
}

}  // namespace

std::string_view name(CaptureState state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view name(ImageDecision decision) { return kDecisions[static_cast<std::size_t>(decision)]; }

// ---- From a station -----------------------------------------------------------------------------

Result<CaptureSessionId> SqliteCaptureStore::open_order(const CaptureOrder& order) {
  return database_.write([&]() -> Result<CaptureSessionId> {
    {
      auto known = database_.query("SELECT session FROM capture_orders WHERE id = ?1", order.id);
      if (known.next()) return known.integer(0);
    }
    CaptureSessionId session = 0;
    std::optional<CaptureState> state;
    {
      auto query = database_.query("SELECT id, state FROM capture_sessions WHERE name = ?1", order.session);
      if (query.next()) {
        session = query.integer(0);
        state = static_cast<CaptureState>(index_of(kStates, query.text(1)));
      }
    }
    if (!state) {
      if (order.role != OrderRole::stack) return fail(ErrorCode::not_found, Retry::never, "scan session", "does not exist; scan its stack first");
      SOGOC_CHECK(check_target(database_, order.target));
      database_.run(
          "INSERT INTO capture_sessions (name, book, dossier, state, declared, turned_later, started_at) VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6)",
          order.session, order.target.book, order.target.dossier, order.declared, order.turned_later ? 1 : 0, order.started_at);
      session = database_.last_id();
      add_event_row(database_, clock_.now(), order.operator_name, "scan", called(session), "");
    } else if (*state == CaptureState::finished || *state == CaptureState::dropped) {
      return is_over(session);
    } else if (order.role == OrderRole::stack) {
      return fail(ErrorCode::conflict, Retry::never, called(session), "has its stack already");
    }
    set_state(database_, session, CaptureState::open);
    database_.run(
        "INSERT INTO capture_orders (id, session, role, at_sheet, at_side, reason, by, device, settings, started_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        order.id, session, name(order.role), order.at, order.at_side, order.reason, order.operator_name, order.device, order.settings,
        order.started_at);
    return session;
  });
}

Done SqliteCaptureStore::add_sheet(const std::string& order_id, const CapturedSheet& sheet) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const OrderRow order, load_order(database_, order_id));
    std::int64_t last = 0;
    {
      auto query = database_.query("SELECT coalesce(max(order_sheet), 0) FROM capture_images WHERE capture_order = ?1", order_id);
      if (query.next()) last = query.integer(0);
    }
    if (sheet.sheet <= last) return {};  // it came before
    if (sheet.sheet != last + 1)
      return fail(ErrorCode::conflict, Retry::same_step, called(order.session), fmt::format("sheet {} comes before {}; send it first", last + 1, sheet.sheet));
    if (order.state == CaptureState::finished || order.state == CaptureState::dropped) return is_over(order.session);
    SOGOC_TRY(const Place place, place_of(database_, order, sheet.sheet));
    const UtcTime now = clock_.now();
    const std::size_t sides = order.role == OrderRole::stack || order.role == OrderRole::insert ? sheet.sides.size() : 1;
    for (std::size_t i = 0; i < sides; ++i) {
      const CapturedSide& side = sheet.sides[i];
      const int shown_side = order.role == OrderRole::backs ? 1 : order.role == OrderRole::replace ? order.at_side : side.side;
      if (order.role == OrderRole::replace) {
        database_.run(
            "UPDATE capture_images SET decision = 'replaced', decided_by = ?4, decided_at = ?5, reason = ?6 "
            "WHERE session = ?1 AND sheet = ?2 AND insert_no = 0 AND side = ?3 AND decision <> 'replaced'",
            order.session, place.sheet, shown_side, order.by, now, order.reason);
        if (database_.changes() == 0)
          return fail(ErrorCode::not_found, Retry::never, called(order.session), fmt::format("has no sheet {} with that side to replace", place.sheet));
      }
      database_.run(
          "INSERT INTO capture_images (session, capture_order, order_sheet, side, sheet, insert_no, digest, bytes, width, height, dpi_x, dpi_y, "
          "scanned_at, findings, blank, cover, judged_ms, received_as) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
          order.session, order_id, sheet.sheet, shown_side, place.sheet, place.insert, side.digest, side.bytes, side.size.width, side.size.height,
          side.resolution.x.value, side.resolution.y.value, side.at, to_json(side.findings), side.blank ? 1 : 0, side.cover, side.judged_ms, side.received_as);
      database_.run("INSERT INTO uses (digest, role, owner) VALUES (?1, 'capture', ?2)", side.digest, database_.last_id());
    }
    return {};
  });
}

Done SqliteCaptureStore::end_order(const std::string& order_id) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const OrderRow order, load_order(database_, order_id));
    database_.run("UPDATE capture_orders SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL", order_id, clock_.now());
    if (database_.changes() == 0) return {};  // it came before
    if (order.role == OrderRole::backs) {
      // From here on each back has its front: the stack was turned over as a whole.
      std::int64_t fronts = 0;
      {
        auto query = database_.query("SELECT coalesce(max(sheet), 0) FROM capture_images WHERE session = ?1 AND side = 0", order.session);
        if (query.next()) fronts = query.integer(0);
      }
      database_.run("UPDATE capture_images SET sheet = max(0, ?2 + 1 - order_sheet), insert_no = 0 WHERE capture_order = ?1", order_id, fronts);
    }
    if (order.state == CaptureState::open) set_state(database_, order.session, CaptureState::waiting);
    return {};
  });
}

// ---- For people ---------------------------------------------------------------------------------

Result<std::vector<CaptureSessionRow>> SqliteCaptureStore::sessions() {
  return database_.read([&]() -> Result<std::vector<CaptureSessionRow>> {
    auto rows = load_sessions(database_, std::nullopt);
    for (CaptureSessionRow& row : rows) count_images(database_, row);
    return rows;
  });
}

Result<CaptureSessionRow> SqliteCaptureStore::session(CaptureSessionId id) {
  return database_.read([&]() -> Result<CaptureSessionRow> {
    auto rows = load_sessions(database_, id);
    if (rows.empty()) return no_such(id);
    count_images(database_, rows.front());
    return std::move(rows.front());
  });
}

Result<std::vector<CaptureImageRow>> SqliteCaptureStore::images(CaptureSessionId id) {
  return database_.read([&]() -> Result<std::vector<CaptureImageRow>> {
    if (load_sessions(database_, id).empty()) return no_such(id);
    return load_images(database_, id);
  });
}

Done SqliteCaptureStore::decide(CaptureSessionId session, CaptureImageId image, ImageDecision decision, const std::string& by,
                                const std::string& reason) {
  SOGOC_CHECK(needs_person_name(by));
  if (reason.empty()) return fail(ErrorCode::usage, Retry::never, called(session), "say why: --reason \"...\"");
  return database_.write([&]() -> Done {
    const auto rows = load_sessions(database_, session);
    if (rows.empty()) return no_such(session);
    if (rows.front().state == CaptureState::finished || rows.front().state == CaptureState::dropped) return is_over(session);
    database_.run(
        "UPDATE capture_images SET decision = ?3, decided_by = ?4, decided_at = ?5, reason = ?6 "
        "WHERE session = ?1 AND id = ?2 AND decision <> 'replaced'",
        session, image, name(decision), by, clock_.now(), reason);
    if (database_.changes() == 0) return fail(ErrorCode::not_found, Retry::never, called(session), "has no such picture");
    add_event_row(database_, clock_.now(), by, fmt::format("scan_{}", name(decision)), called(session), reason);
    return {};
  });
}

Result<Assembly> SqliteCaptureStore::assembly(CaptureSessionId id) {
  return database_.read([&]() -> Result<Assembly> {
    const auto rows = load_sessions(database_, id);
    if (rows.empty()) return no_such(id);
    return assembled(database_, rows.front());
  });
}

Result<std::vector<BatchId>> SqliteCaptureStore::finish(CaptureSessionId id, const ReadingSettings& settings, const std::string& by,
                                                        const std::string& accept) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Result<std::vector<BatchId>> {
    auto rows = load_sessions(database_, id);
    if (rows.empty()) return no_such(id);
    CaptureSessionRow& session = rows.front();
    count_images(database_, session);
    if (session.state == CaptureState::finished) return session.batches;
    if (session.state == CaptureState::dropped) return is_over(id);
    const Assembly assembly = assembled(database_, session);
    if (!assembly.problems.empty())
      return fail(ErrorCode::conflict, Retry::after_operator, called(id), fmt::format("cannot be finished: {}", fmt::join(assembly.problems, "; ")));
    if (!assembly.differences.empty() && accept.empty())
      return fail(ErrorCode::conflict, Retry::after_operator, called(id),
                  fmt::format("cannot be finished: {}; scan what is missing, or say why it is right: --accept \"...\"", fmt::join(assembly.differences, "; ")));
    const auto images = load_images(database_, id);
    const UtcTime now = clock_.now();
    std::vector<BatchId> batches;
    for (const AssembledPart& part : assembly.parts) {
      if (part.documents.empty()) continue;
      SOGOC_CHECK(check_target(database_, part.target));
      NewBatch batch;
      batch.book = part.target.book;
      batch.dossier = part.target.dossier;
      batch.settings = settings;
      batch.operator_name = by;
      if (!batch.book.empty()) {
        const auto book = load_register_books(database_, batch.book);
        batch.settings.profile = "book";
        batch.settings.register_layouts = book.front().about.layouts;
      }
      std::vector<CaptureImageId> in_order;
      for (const AssembledDocument& document : part.documents) {
        NewDocument& made = batch.documents.emplace_back();
        for (const CaptureImageId image_id : document.images) {
          const auto image = std::find_if(images.begin(), images.end(), [&](const CaptureImageRow& row) { return row.id == image_id; });
          if (image == images.end()) fail_stored("an assembled picture that is not there");
          std::string file = fmt::format("scan-{}-{:04}", id, image->sheet);
          if (image->insert > 0) file += fmt::format("-{}", image->insert);
          // What a telephone sent has a format of its own, and one side.
          const char* side = image->device.starts_with("phone") ? "-phone" : image->about.side == 0 ? "-front.png" : "-back.png";
          made.files.push_back({image->about.digest, file + side, image->about.bytes});
          in_order.push_back(image_id);
        }
      }
      SOGOC_TRY(const BatchId made, insert_batch(database_, batch, now));
      batches.push_back(made);
      std::int64_t ordinal = 0;
      for (const CaptureImageId image : in_order)
        database_.run("UPDATE capture_images SET batch = ?2, file_ordinal = ?3 WHERE id = ?1", image, made, ++ordinal);
    }
    database_.run("UPDATE capture_sessions SET state = 'finished', finished_at = ?2, finished_by = ?3, note = ?4 WHERE id = ?1", id, now, by, accept);
    add_event_row(database_, now, by, "scan_finished", called(id), accept);
    return batches;
  });
}

Done SqliteCaptureStore::drop(CaptureSessionId id, const std::string& by, const std::string& reason) {
  SOGOC_CHECK(needs_person_name(by));
  if (reason.empty()) return fail(ErrorCode::usage, Retry::never, called(id), "say why: --reason \"...\"");
  return database_.write([&]() -> Done {
    const auto rows = load_sessions(database_, id);
    if (rows.empty()) return no_such(id);
    if (rows.front().state == CaptureState::finished || rows.front().state == CaptureState::dropped) return is_over(id);
    set_state(database_, id, CaptureState::dropped);
    add_event_row(database_, clock_.now(), by, "scan_dropped", called(id), reason);
    return {};
  });
}

}  // namespace sogoc
