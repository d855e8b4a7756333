// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a DLP asks of the pool.
interface ITeePool {
    function isTee(address teeAddress) external view returns (bool);
}
