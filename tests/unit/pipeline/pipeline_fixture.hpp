#pragma once

#include "world.hpp"

#include <gtest/gtest.h>

namespace pramana::pipeline {

/// A running pipeline over a store in memory.
class PipelineTest : public testing::Test {
  protected:
    PipelineTest() { world.start(); }
    std::unique_ptr<store::MemoryStore> store = store::make_memory_store({});
    World world{*store};
};

/// With a corpus to look at.
class WorkTest : public PipelineTest {
  protected:
    /// Uploads, requests and lets the watcher tell.
    ContributionId contribute(std::uint64_t job, std::uint8_t wallet, std::string_view content) {
        const ContributionId id = *world.pipeline->admit(world.upload(wallet, content));
        world.request_own(job, wallet, content);
        EXPECT_TRUE(world.seen(job));
        return id;
    }
    [[nodiscard]] std::uint64_t corpus_size() {
        return store->corpus().head({filled<Hash32>(1), 1})->size;
    }
};

}  // namespace pramana::pipeline
