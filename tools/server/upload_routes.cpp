// Files that people send, in pieces that survive a lost connection; and batches of what was sent.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "storage/uploads.hpp"
#include "tools/server/api.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/intake.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr std::uint64_t kMostPieceBytes = 8u << 20;
constexpr std::size_t kMostFilesOfBatch = 2000;

Json json_of(const UploadRow& row) {
  return {{"id", row.id}, {"name", row.name}, {"bytes", row.bytes}, {"received", row.received}, {"begun_at", local_time(row.begun_at)}, {"most_piece_bytes", kMostPieceBytes}};
}

Result<Response> list(Call& call) {
  SOGOC_TRY(const auto rows, call.archive.uploads().open_of(call.name()));
  Json json = Json::array();
  for (const UploadRow& row : rows) json.push_back(json_of(row));
  return json_response({{"uploads", std::move(json)}});
}

Result<Response> begin(Call& call) {
  SOGOC_TRY(const std::string name, text_of(call.body, "name", 400));
  SOGOC_TRY(const std::int64_t bytes, number_of(call.body, "bytes"));
  if (bytes < 0) return fail(ErrorCode::usage, Retry::never, "bytes", "must be a whole number");
  SOGOC_TRY(const UploadRow row, call.archive.uploads().begin(name, static_cast<std::uint64_t>(bytes), call.name()));
  return json_response(json_of(row));
}

Result<Response> show(Call& call) {
  SOGOC_TRY(const UploadRow row, call.archive.uploads().upload(call.number("upload"), call.name()));
  return json_response(json_of(row));
}

Result<Response> append(Call& call) {
  if (call.request.body_file == nullptr) return fail(ErrorCode::usage, Retry::never, "piece", "is empty");
  const auto digest = sha256_from_hex(call.request.header("x-piece-sha256"));
  if (!digest) return fail(ErrorCode::usage, Retry::never, "X-Piece-SHA256", "must be the SHA-256 of the piece, 64 small hexadecimal digits");
  if (!call.request.parameter("offset")) return fail(ErrorCode::usage, Retry::never, "offset", "must say where the piece begins");
  SOGOC_TRY(const UploadRow row, call.archive.uploads().append(call.number("upload"), call.name(), static_cast<std::uint64_t>(call.number("offset")),
                                                               call.request.body_file->path(), *digest));
  return json_response(json_of(row));
}

Result<Response> drop(Call& call) {
  SOGOC_CHECK(call.archive.uploads().drop(call.number("upload"), call.name()));
  return no_content();
}

Result<std::vector<UploadId>> ids_of(const Json& body) {
  const auto given = body.find("uploads");
  if (given == body.end() || !given->is_array() || given->empty() || given->size() > kMostFilesOfBatch ||
      !std::all_of(given->begin(), given->end(), [](const Json& id) { return id.is_number_integer(); }))
    return fail(ErrorCode::usage, Retry::never, "uploads", fmt::format("must be a list of 1 to {} numbers", kMostFilesOfBatch));
  std::vector<UploadId> ids = given->get<std::vector<UploadId>>();
  if (std::set<UploadId>(ids.begin(), ids.end()).size() != ids.size()) return fail(ErrorCode::usage, Retry::never, "uploads", "names a file twice");
  return ids;
}

// Where it goes must be within the person's scope: nothing is put where its sender could not look.
Result<IntakeSettings> settings_of(Call& call) {
  IntakeSettings settings;
  settings.operator_name = call.name();
  if (call.body.contains("book")) {
    SOGOC_TRY(settings.book, text_of(call.body, "book", 200));
  }
  if (call.body.contains("dossier")) {
    SOGOC_TRY(settings.dossier, text_of(call.body, "dossier", 200));
  }
  settings.even_if_repeated = call.body.contains("again") && call.body["again"] == true;
  if (!settings.book.empty() && !settings.dossier.empty()) return fail(ErrorCode::usage, Retry::never, "book", "and dossier cannot both be given");
  if (!settings.book.empty()) {
    SOGOC_CHECK(check_book_scope(call, settings.book));
    SOGOC_TRY(const RegisterBookRow book, call.archive.books().book(settings.book));
    if (book.state == RegisterBookState::closed) return fail(ErrorCode::conflict, Retry::after_operator, "book " + settings.book, "is closed; nothing in it changes any more");
    settings.settings.profile = "book";
    settings.settings.register_layouts = book.about.layouts;
  } else if (!covers_dossier(call.scope(), settings.dossier)) {
    return fail(ErrorCode::not_found, Retry::never, "dossier " + settings.dossier, "does not exist");
  }
  return settings;
}

// As `sogoc ingest`: masters are durable first, then the batch is made in one transaction.
Result<Response> make_batch(Call& call) {
  SOGOC_TRY(const auto ids, ids_of(call.body));
  SOGOC_TRY(const IntakeSettings settings, settings_of(call));
  const bool one_document = call.body.contains("one_document") && call.body["one_document"] == true;
  SOGOC_TRY(const auto folder, TemporaryFolder::create());
  Inputs inputs;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    SOGOC_TRY(const UploadRow row, call.archive.uploads().upload(ids[i], call.name()));
    if (!row.complete()) return fail(ErrorCode::conflict, Retry::after_operator, row.name, "has not arrived wholly; send the rest first");
    // Under its own name, which stands in the catalogue; a folder each, for two files may have one name.
    const auto place = folder.path() / std::to_string(i);
    std::error_code failed;
    std::filesystem::create_directory(place, failed);
    if (!failed) std::filesystem::create_symlink(std::filesystem::absolute(call.archive.uploads().file(row.id)), place / row.name, failed);
    if (failed) return fail(ErrorCode::internal, Retry::after_operator, row.name, "cannot be taken in");
    if (one_document && !inputs.documents.empty()) inputs.documents.front().files.push_back(place / row.name);
    else inputs.documents.push_back({{place / row.name}});
  }
  SOGOC_TRY(const Intake intake, take_in(call.archive, inputs, settings));
  Json refused = Json::array();
  for (const Error& error : intake.refused) refused.push_back({{"name", error.subject}, {"why", error.message}});
  if (!intake.batch && intake.before.same_batch)
    return fail(ErrorCode::conflict, Retry::never, fmt::format("batch {}", *intake.before.same_batch), "has the very same files; send them again only when they are meant twice");
  if (!intake.batch) return fail(ErrorCode::invalid_input, Retry::never, "uploads", "hold nothing that can be taken");
  SOGOC_CHECK(call.archive.uploads().became_batch(ids, *intake.batch, call.name()));
  return json_response({{"batch", *intake.batch}, {"documents", intake.documents}, {"files", intake.files}, {"received_before", intake.before.files.size()}, {"refused", std::move(refused)}});
}

}  // namespace

std::vector<Route> upload_routes() {
  using web::Method;
  Route piece{Method::put, "/api/uploads/{upload}", "sendPiece", "The next piece of a file, with its digest in X-Piece-SHA256; 409 when the file has another length now", append, false, Right::take_in,
              {{"offset", ParameterType::number, "bytes of the file before this piece"}}, "", "Upload"};
  piece.upload = true;
  piece.slow = true;  // it waits for the disk
  piece.upload_type = "application/octet-stream";
  piece.most_upload_bytes = kMostPieceBytes;
  Route batch{Method::post, "/api/uploads/batch", "sendBatch", "Makes a batch of files that arrived wholly", make_batch, false, Right::take_in, {}, "NewBatch", "BatchMade"};
  batch.slow = true;
  return {
      {Method::get, "/api/uploads", "listUploads", "Files that this person is sending", list, false, Right::take_in, {}, "", "Uploads"},
      {Method::post, "/api/uploads", "beginUpload", "Announces a file: its name and how long it is", begin, false, Right::take_in, {}, "NewUpload", "Upload"},
      batch,
      {Method::get, "/api/uploads/{upload}", "showUpload", "How much of a file arrived", show, false, Right::take_in, {}, "", "Upload"},
      piece,
      {Method::del, "/api/uploads/{upload}", "dropUpload", "Forgets a file that is being sent", drop, false, Right::take_in},
  };
}

}  // namespace sogoc::server
