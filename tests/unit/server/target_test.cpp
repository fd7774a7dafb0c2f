#include <gtest/gtest.h>

#include "tools/http/http.hpp"

namespace sogoc::web {
namespace {

using Path = std::vector<std::string>;

TEST(Targets, AreDecodedSegmentBySegment) {
  Request request;
  ASSERT_TRUE(read_target("/api/books/KS%202005/s%E1%BB%95?q=nguy%E1%BB%85n+van&limit=5&flag", request));
  EXPECT_EQ(request.path, (Path{"api", "books", "KS 2005", "sổ"}));
  EXPECT_EQ(request.parameter("q"), "nguyễn van");
  EXPECT_EQ(request.parameter("limit"), "5");
  EXPECT_EQ(request.parameter("flag"), "");
  EXPECT_EQ(request.parameter("none"), std::nullopt);
}

TEST(Targets, ThatLeadElsewhereOrMeanNothingAreRefused) {
  Request request;
  for (const char* target : {"", "x", "*", "http://a/b", "/..", "/a/../b", "/a/%2e%2e/b", "/a/%2E", "/a%2fb", "/a%5cb", "/a%00b", "/a%0d%0ab", "/a%", "/a%4", "/a%zz", "/a%ff", "/a?x=%", "/a?x=%00", "/a?x=%c3"})
    EXPECT_FALSE(read_target(target, request)) << target;
}

TEST(Cookies, AreFoundByTheirWholeName) {
  Request request;
  request.headers = {{"cookie", "a=1; sogoc=token; xsogoc=2"}, {"cookie", "b=3"}};
  EXPECT_EQ(request.cookie("sogoc"), "token");
  EXPECT_EQ(request.cookie("b"), "3");
  EXPECT_EQ(request.cookie("ogoc"), std::nullopt);
}

}  // namespace
}  // namespace sogoc::web
