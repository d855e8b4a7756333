// GCC 12.2 destroys twice a capturing lambda or a braced aggregate written inside a co_await
// expression. The rule that every argument is named (pramana/async/task.hpp) rests on this; when
// the trap is gone from the pinned compiler, the second half fails and the rule may be looked at
// again.
#include "pramana/async/task.hpp"

#include "reactor.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace pramana {
namespace {

struct Counted {
    static inline int made = 0;
    static inline int gone = 0;
    Counted() { ++made; }
    Counted(const Counted&) { ++made; }
    Counted(Counted&&) noexcept { ++made; }
    ~Counted() { ++gone; }
};
struct Aggregate {
    Counted counted;
    int number;
};

template <class F>
Task<> call(F work) {
    work();
    co_return;
}
Task<> take(Aggregate aggregate) {
    static_cast<void>(aggregate);
    co_return;
}

Task<> named_lambda() {
    const Counted counted;
    auto work = [counted] { static_cast<void>(counted); };
    co_await call(std::move(work));
}
Task<> named_aggregate() {
    Aggregate aggregate{Counted{}, 1};
    co_await take(std::move(aggregate));
}
Task<> lambda_in_place() {
    const Counted counted;
    co_await call([counted] { static_cast<void>(counted); });
}
Task<> aggregate_in_place() { co_await take(Aggregate{Counted{}, 1}); }

/// How many more destructions than constructions a coroutine causes; 0 is right.
int surplus(Task<> (*coroutine)()) {
    Counted::made = Counted::gone = 0;
    boost::asio::io_context io;
    test::run_to_end(io, coroutine());
    return Counted::gone - Counted::made;
}

TEST(Gcc12Canary, named_arguments_are_destroyed_once) {
    EXPECT_EQ(surplus(named_lambda), 0);
    EXPECT_EQ(surplus(named_aggregate), 0);
}

TEST(Gcc12Canary, arguments_in_place_are_destroyed_twice_by_gcc_12_only) {
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ == 12
    constexpr int kSurplus = 1;
#else
    constexpr int kSurplus = 0;
#endif
    EXPECT_EQ(surplus(lambda_in_place), kSurplus);
    EXPECT_EQ(surplus(aggregate_in_place), kSurplus);
}

}  // namespace
}  // namespace pramana
