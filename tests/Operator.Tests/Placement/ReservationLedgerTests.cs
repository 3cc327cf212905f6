namespace LlmOperator.Operator.Tests.Placement;

/// <summary>
/// Many operators' lives at once: plans are written object by object and cut short, caches are stale, agents take changes
/// late, crash and come back. At every single write the bytes that replicas hold, and the bytes that engines really use,
/// fit into the budget of their device.
/// </summary>
public sealed class ReservationLedgerTests
{
    private const int Worlds = 300;
    private const int Steps = 60;

    [Fact]
    public void Reservations_AnyInterleavingOfPlansCrashesAndRestarts_StayWithinEveryBudget()
    {
        for (int seed = 0; seed < Worlds; seed++)
        {
            SimulatedFleet fleet = new(new Random(seed));
            for (int step = 0; step < Steps; step++)
            {
                fleet.Step();
                Assert.True(fleet.Overcommit is null, $"seed {seed}, step {step}: {fleet.Overcommit}");
            }

            // When all is quiet, every engine runs what its replica says.
            Assert.True(fleet.Settle(), $"seed {seed}: does not come to rest");
            Assert.True(fleet.Overcommit is null, $"seed {seed}, at rest: {fleet.Overcommit}");
        }
    }
}
