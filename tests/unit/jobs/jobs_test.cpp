#include <new>
#include <set>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include "pipeline/jobs/guarded.hpp"
#include "pipeline/jobs/job.hpp"
#include "pipeline/jobs/retry_policy.hpp"

namespace sogoc {
namespace {

constexpr JobState kAllJobStates[] = {JobState::queued, JobState::leased, JobState::done,
                                      JobState::quarantined};

TEST(JobStates, MoveOnlyAlongTheArrows) {
  const std::set<std::pair<JobState, JobState>> arrows{
      {JobState::queued, JobState::leased},      {JobState::leased, JobState::queued},
      {JobState::leased, JobState::done},        {JobState::leased, JobState::quarantined},
      {JobState::quarantined, JobState::queued},
  };
  for (const JobState from : kAllJobStates)
    for (const JobState to : kAllJobStates)
      EXPECT_EQ(may_move(from, to), arrows.contains({from, to}))
          << name(from) << " -> " << name(to);
}

TEST(JobStates, EachHasItsOwnName) {
  std::set<std::string_view> names;
  for (const JobState state : kAllJobStates) names.insert(name(state));
  EXPECT_EQ(names.size(), 4U);
  EXPECT_FALSE(names.contains(""));
}

Error error_with(ErrorCode code, Retry retry) {
  return Error{code, retry, "page", "broke", {}, {}};
}

TEST(RetryPolicy, PausesLongerBeforeEachTry) {
  const Error error = error_with(ErrorCode::unavailable, Retry::same_step);
  const RetryPolicy policy{.max_tries = 5};
  EXPECT_EQ(pause_before_retry(error, 1, policy), std::chrono::milliseconds(2'000));
  EXPECT_EQ(pause_before_retry(error, 2, policy), std::chrono::milliseconds(8'000));
  EXPECT_EQ(pause_before_retry(error, 3, policy), std::chrono::milliseconds(32'000));
  EXPECT_EQ(pause_before_retry(error, 5, policy), std::nullopt);
}

TEST(RetryPolicy, NeverPausesLongerThanItsLimit) {
  const Error error = error_with(ErrorCode::network, Retry::whole_job);
  EXPECT_EQ(pause_before_retry(error, 900, {.max_tries = 1000}),
            std::chrono::milliseconds(300'000));
}

TEST(RetryPolicy, GivesUpWhenThreeTriesFailed) {
  const Error error = error_with(ErrorCode::crashed, Retry::same_step);
  EXPECT_TRUE(pause_before_retry(error, 2));
  EXPECT_FALSE(pause_before_retry(error, 3));
}

TEST(RetryPolicy, NeverRepeatsWhatWouldFailTheSameWay) {
  EXPECT_FALSE(pause_before_retry(error_with(ErrorCode::invalid_input, Retry::never), 1));
  EXPECT_FALSE(pause_before_retry(error_with(ErrorCode::no_space, Retry::after_operator), 1));
  EXPECT_FALSE(pause_before_retry(error_with(ErrorCode::internal, Retry::never), 1));
}

TEST(RetryPolicy, TriesAgainWhenTheWorkerWasLost) {
  for (const ErrorCode code : {ErrorCode::crashed, ErrorCode::timeout, ErrorCode::out_of_memory})
    EXPECT_TRUE(pause_before_retry(error_with(code, Retry::never), 1)) << name(code);
}

TEST(Guarded, LetsAResultThrough) {
  EXPECT_EQ(guarded("page 1", []() -> Result<int> { return 7; }), 7);
  EXPECT_TRUE(guarded("page 1", []() -> Done { return {}; }));
}

TEST(Guarded, TurnsABugIntoAnErrorOfTheJob) {
  const auto result =
      guarded("page 1", []() -> Result<int> { throw std::logic_error("off by one"); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::internal);
  EXPECT_EQ(sentence(result.error()), "page 1: this is a bug, please report it: off by one");
}

TEST(Guarded, StopsEveryKindOfException) {
  EXPECT_EQ(guarded("p", []() -> Done { throw 7; }).error().code, ErrorCode::internal);
  EXPECT_EQ(guarded("p", []() -> Done { throw std::bad_alloc(); }).error().code,
            ErrorCode::out_of_memory);
}

}  // namespace
}  // namespace sogoc
