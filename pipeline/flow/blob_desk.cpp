#include "pipeline/flow/blob_desk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "pipeline/flow/task_desk.hpp"
#include "pipeline/flow/task_kinds.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kMaxUploads = 4;  // at once, a worker

std::span<const std::uint8_t> octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

// A store that fails for one blob is the worker's to report; a full disk ends the run.
Done BlobDesk::store_failed(const WorkerSession& session, const Error& error,
                            const Sha256& digest) {
  const bool full = error.code == ErrorCode::no_space;
  replies_.refuse(session.peer, {full ? RefusalReason::no_space : RefusalReason::unavailable,
                                 error.message, {}, digest});
  if (full) return tl::unexpected<Error>(error);
  return {};
}

Done BlobDesk::on_fetch(WorkerSession& session, const Message& message) {
  SOGOC_TRY(const Fetch fetch, fetch_in(message));
  HeldTask* held = tasks_.held_by(session, fetch.lease);
  if (!held) return {};
  const auto allowed = may_read(*held, fetch.digest, blobs_);
  if (!allowed) return store_failed(session, allowed.error(), fetch.digest);
  if (!*allowed) {
    replies_.refuse(session.peer,
           {RefusalReason::not_yours, "this blob does not belong to the task", {}, fetch.digest});
    return {};
  }
  if (!session.reading.is(fetch.digest)) {
    auto opened = open_blob(fetch.digest);
    if (!opened) return store_failed(session, opened.error(), fetch.digest);
    session.reading = std::move(*opened);
  }
  const std::uint64_t size = session.reading.size;
  if (fetch.offset > size)
    return fail(ErrorCode::invalid_input, Retry::never, session.worker, "the offset is too large");
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(fetch.length, size - fetch.offset)),
                    '\0');
  std::size_t have = 0;
  while (have < piece.size()) {
    const ssize_t got = ::pread(session.reading.fd.get(), piece.data() + have, piece.size() - have,
                                static_cast<off_t>(fetch.offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      return store_failed(session,
                          fail(ErrorCode::corrupt, Retry::after_operator,
                                      to_hex(fetch.digest), "the blob cannot be read").value(),
                          fetch.digest);
    have += static_cast<std::size_t>(got);
  }
  held->clock_from = HeldTask::Steady::now();
  replies_.tell(session.peer, to_message(Chunk{fetch.digest, fetch.offset, size}, std::move(piece)));
  return {};
}

Result<OpenBlob> BlobDesk::open_blob(const Sha256& digest) {
  SOGOC_TRY(const auto path, blobs_.find(digest));
  OpenBlob blob{digest, OwnedFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), 0};
  if (!blob.fd)
    return fail(ErrorCode::corrupt, Retry::after_operator, to_hex(digest),
                "the blob cannot be opened: run sogoc verify");
  const off_t end = ::lseek(blob.fd.get(), 0, SEEK_END);
  blob.size = end < 0 ? 0 : static_cast<std::uint64_t>(end);
  return blob;
}

Done BlobDesk::on_put_begin(WorkerSession& session, const Message& message) {
  SOGOC_TRY(const PutBegin put, put_begin_in(message));
  HeldTask* held = tasks_.held_by(session, put.lease);
  if (!held) return {};
  if (put.size > max_bytes_a_task_ - held->stored_bytes) {
    replies_.refuse(session.peer, {RefusalReason::too_much,
                          "the task stores more than a task may", {}, put.digest});
    return {};
  }
  held->stored_bytes += put.size;
  if (message.body.size() == put.size) {
    const auto digest = blobs_.put(octets(message.body));
    if (!digest) return store_failed(session, digest.error(), put.digest);
    return stored(session, *held, put.digest, *digest);
  }
  if (blobs_.find(put.digest)) return stored(session, *held, put.digest, put.digest);
  if (session.uploads.size() >= kMaxUploads && !session.uploads.contains(put.digest))
    return fail(ErrorCode::invalid_input, Retry::never, session.worker, "too many blobs at once");
  auto writer = blobs_.begin();
  if (!writer) return store_failed(session, writer.error(), put.digest);
  session.uploads.insert_or_assign(put.digest,
                                   Upload{put.lease, put.size, 0, std::move(*writer)});
  replies_.tell(session.peer, to_message(Ack{put.lease, put.digest, 0}));
  return {};
}

Done BlobDesk::on_put_chunk(WorkerSession& session, const Message& message) {
  SOGOC_TRY(const PutChunk put, put_chunk_in(message));
  if (!tasks_.held_by(session, put.lease)) return {};
  const auto upload = session.uploads.find(put.digest);
  if (upload == session.uploads.end()) return {};  // refused before; its rest is on the way
  if (put.offset != upload->second.received ||
      message.body.size() > upload->second.size - upload->second.received) {
    session.uploads.erase(upload);
    return fail(ErrorCode::invalid_input, Retry::never, session.worker,
                "a piece does not follow the one before");
  }
  const Done appended = upload->second.writer->append(octets(message.body));
  if (!appended) {
    session.uploads.erase(upload);
    return store_failed(session, appended.error(), put.digest);
  }
  upload->second.received += message.body.size();
  replies_.tell(session.peer, to_message(Ack{put.lease, put.digest, upload->second.received}));
  return {};
}

Done BlobDesk::on_put_end(WorkerSession& session, const Message& message) {
  SOGOC_TRY(const PutEnd put, put_end_in(message));
  HeldTask* held = tasks_.held_by(session, put.lease);
  const auto found = session.uploads.find(put.digest);
  if (!held || found == session.uploads.end()) return {};
  Upload upload = std::move(found->second);
  session.uploads.erase(found);
  const auto digest = upload.writer->commit(&put.digest);
  if (!digest && digest.error().code != ErrorCode::invalid_input)
    return store_failed(session, digest.error(), put.digest);
  return stored(session, *held, put.digest, digest ? *digest : Sha256{});
}

Done BlobDesk::stored(WorkerSession& session, HeldTask& held, const Sha256& claimed, const Sha256& real) {
  if (claimed != real) {
    replies_.refuse(session.peer, {RefusalReason::bad_content,
                          "the bytes are not what their digest says", {}, claimed});
    return {};
  }
  held.stored.insert(claimed);
  replies_.tell(session.peer, to_message(Stored{claimed}));
  return {};
}

}  // namespace sogoc
