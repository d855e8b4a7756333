#pragma once

#include "made_nvml.hpp"

#include <gtest/gtest.h>

/// An answer of the library that the driver has to refuse.
struct BadAnswerRow {
    const char* name;
    void (*set)(NvmlStub&);
    pramana::Errc expected;
};
