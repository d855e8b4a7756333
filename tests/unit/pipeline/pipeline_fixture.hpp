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

}  // namespace pramana::pipeline
