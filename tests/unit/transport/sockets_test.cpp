#include "pipeline/transport/sockets.hpp"

#include <stdlib.h>

#include <filesystem>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

using std::chrono::milliseconds;
namespace fs = std::filesystem;

class Sockets : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sogoc-ipc-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    ipc_ = "ipc://" + (folder_ / "c").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  CurveKeys keys(const std::string& name) const {
    return load_or_make_keys(folder_ / name).value();
  }

  static Received receive(CoordinatorSocket& socket) {
    for (int i = 0; i < 50; ++i) {
      auto received = socket.receive(milliseconds(100));
      if (!received) ADD_FAILURE() << to_string(received.error());
      if (received && *received) return std::move(**received);
    }
    ADD_FAILURE() << "nothing came";
    return {"", "", fail(ErrorCode::timeout, Retry::never, "", "nothing came")};
  }

  fs::path folder_;
  std::string ipc_;
  std::shared_ptr<TransportContext> context_ = make_transport_context();
};

TEST_F(Sockets, AMessageGoesThereAndBack) {
  auto coordinator = bind_coordinator(context_, {.endpoints = {ipc_}, .curve = {}}).value();
  auto worker = connect_worker(context_, {.endpoint = ipc_, .curve = {}}).value();
  const Message hello{MessageKind::hello, R"({"id":"w"})", "body"};
  ASSERT_TRUE(worker->send(hello, milliseconds(1000)));
  const Received received = receive(*coordinator);
  ASSERT_TRUE(received.message);
  EXPECT_EQ(*received.message, hello);
  EXPECT_EQ(received.key_name, "");
  const Message welcome{MessageKind::welcome, "{}", std::string(5 * kMaxFrameBytes + 3, 'w')};
  ASSERT_TRUE(coordinator->send(received.peer, welcome));
  for (int i = 0; i < 50; ++i) {
    const auto back = worker->receive(milliseconds(1000));
    ASSERT_TRUE(back);
    if (!*back) continue;
    EXPECT_TRUE(**back == welcome);
    return;
  }
  FAIL() << "nothing came back";
}

TEST_F(Sockets, SilenceIsNotAFailure) {
  auto coordinator = bind_coordinator(context_, {.endpoints = {ipc_}, .curve = {}}).value();
  auto worker = connect_worker(context_, {.endpoint = ipc_, .curve = {}}).value();
  const auto at_coordinator = coordinator->receive(milliseconds(1));
  ASSERT_TRUE(at_coordinator);
  EXPECT_FALSE(*at_coordinator);
  const auto at_worker = worker->receive(milliseconds(1));
  ASSERT_TRUE(at_worker);
  EXPECT_FALSE(*at_worker);
}

TEST_F(Sockets, AGonePeerIsUnavailable) {
  auto coordinator = bind_coordinator(context_, {.endpoints = {ipc_}, .curve = {}}).value();
  const Done sent = coordinator->send("nobody", {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
}

TEST_F(Sockets, AWorkerThatDoesNotReadIsUnavailableInsteadOfFillingMemory) {
  auto coordinator = bind_coordinator(context_, {.endpoints = {ipc_}, .curve = {}}).value();
  auto worker = connect_worker(context_, {.endpoint = ipc_, .curve = {}}).value();
  ASSERT_TRUE(worker->send({}, milliseconds(1000)));
  const Received received = receive(*coordinator);
  const Message chunk{MessageKind::chunk, "{}", std::string(kMaxFrameBytes, 'x')};
  int taken = 0;
  while (taken < 1000 && coordinator->send(received.peer, chunk)) ++taken;
  EXPECT_GT(taken, 60);
  EXPECT_LT(taken, 400);
}

TEST_F(Sockets, PlainTcpIsRefusedEverywhere) {
  const auto coordinator = bind_coordinator(context_, {.endpoints = {"tcp://127.0.0.1:*"}, .curve = {}});
  ASSERT_FALSE(coordinator);
  EXPECT_EQ(coordinator.error().code, ErrorCode::usage);
  const auto worker = connect_worker(context_, {.endpoint = "tcp://127.0.0.1:1", .curve = {}});
  ASSERT_FALSE(worker);
  EXPECT_EQ(worker.error().code, ErrorCode::usage);
}

TEST_F(Sockets, WhatIsNoAddressIsRefused) {
  for (const std::string& endpoint :
       {std::string("localhost:5555"), std::string(""), std::string("pgm://x"),
        "ipc://" + std::string(200, 'x')})
    EXPECT_FALSE(bind_coordinator(context_, {.endpoints = {endpoint}, .curve = {}})) << endpoint;
}

TEST_F(Sockets, AnAddressInUseIsSaid) {
  const CurveServer curve{keys("server"), {}};
  auto first = bind_coordinator(context_, {.endpoints = {"tcp://127.0.0.1:*"}, .curve = curve}).value();
  const auto second = bind_coordinator(make_transport_context(),
                                       {.endpoints = first->addresses(), .curve = curve});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
}

TEST_F(Sockets, AKnownKeyConnectsOverTcpAndIsNamed) {
  const CurveKeys server = keys("server");
  const CurveKeys client = keys("client");
  auto coordinator =
      bind_coordinator(context_, {.endpoints = {ipc_, "tcp://127.0.0.1:*"},
                                  .curve = CurveServer{server, {{"pc1", client.public_key}}}})
          .value();
  ASSERT_EQ(coordinator->addresses().size(), 2u);
  const auto other = make_transport_context();
  auto remote = connect_worker(other, {.endpoint = coordinator->addresses()[1],
                                       .curve = CurveClient{client, server.public_key}})
                    .value();
  ASSERT_TRUE(remote->send({MessageKind::hello, "{}", "r"}, milliseconds(1000)));
  EXPECT_EQ(receive(*coordinator).key_name, "pc1");
  // The local address stays open without keys.
  auto local = connect_worker(other, {.endpoint = ipc_, .curve = {}}).value();
  ASSERT_TRUE(local->send({MessageKind::hello, "{}", "l"}, milliseconds(1000)));
  EXPECT_EQ(receive(*coordinator).key_name, "");
}

TEST_F(Sockets, ASignersLocalSocketAlsoAsksForKeys) {
  const CurveKeys server = keys("server");
  const CurveKeys client = keys("client");
  auto signer = bind_coordinator(context_, {.endpoints = {ipc_},
                                            .curve = CurveServer{server, {{"archive", client.public_key}}},
                                            .curve_on_ipc = true})
                    .value();
  const auto other = make_transport_context();
  auto stranger = connect_worker(other, {.endpoint = ipc_, .curve = {}}).value();
  const Done queued = stranger->send({MessageKind::ask, "{}", "{}"}, milliseconds(10));
  (void)queued;
  auto unknown = connect_worker(other, {.endpoint = ipc_,
                                        .curve = CurveClient{keys("other"), server.public_key}})
                     .value();
  const Done queued_too = unknown->send({MessageKind::ask, "{}", "{}"}, milliseconds(10));
  (void)queued_too;
  EXPECT_FALSE(signer->receive(milliseconds(300)).value());
  auto known = connect_worker(other, {.endpoint = ipc_,
                                      .curve = CurveClient{client, server.public_key}})
                   .value();
  ASSERT_TRUE(known->send({MessageKind::ask, "{}", "{}"}, milliseconds(1000)));
  EXPECT_EQ(receive(*signer).key_name, "archive");
}

TEST_F(Sockets, AnUnknownKeyIsRefusedWithAClearSentence) {
  const CurveKeys server = keys("server");
  auto coordinator = bind_coordinator(context_, {.endpoints = {"tcp://127.0.0.1:*"},
                                                 .curve = CurveServer{server, {}}})
                         .value();
  auto stranger =
      connect_worker(make_transport_context(),
                     {.endpoint = coordinator->addresses()[0],
                      .curve = CurveClient{keys("stranger"), server.public_key}})
          .value();
  const Done queued = stranger->send({MessageKind::hello, "{}", ""}, milliseconds(10));
  (void)queued;  // may wait in the socket for a connection that never comes
  Result<std::optional<Message>> answer = std::nullopt;
  for (int i = 0; i < 50 && answer; ++i) answer = stranger->receive(milliseconds(100));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::no_permission);
  EXPECT_NE(answer.error().message.find("list of workers"), std::string::npos);
  const auto heard = coordinator->receive(milliseconds(50));
  ASSERT_TRUE(heard);
  EXPECT_FALSE(*heard);
}

TEST_F(Sockets, TheWrongCoordinatorIsNotTrusted) {
  const CurveKeys client = keys("client");
  auto coordinator =
      bind_coordinator(context_, {.endpoints = {"tcp://127.0.0.1:*"},
                                  .curve = CurveServer{keys("server"), {{"pc1", client.public_key}}}})
          .value();
  auto worker = connect_worker(make_transport_context(),
                               {.endpoint = coordinator->addresses()[0],
                                .curve = CurveClient{client, keys("impostor").public_key}})
                    .value();
  const Done queued = worker->send({MessageKind::hello, "{}", "secret"}, milliseconds(10));
  (void)queued;
  const auto heard = coordinator->receive(milliseconds(500));
  ASSERT_TRUE(heard);
  EXPECT_FALSE(*heard);
}

}  // namespace
}  // namespace sogoc
