using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Models.Tests.Memory;

/// <summary>
/// The planner against what the engine projected for real shapes: every line of the vector file, which
/// bench/memory/run measures. The numbers there are MiB; the engine rounds weights and context down to whole ones.
/// </summary>
public sealed class MemoryVectorTests
{
    private const double Mebibyte = 1 << 20;
    private const double Hundredth = 0.0101;
    private static readonly string s_file = Path.Combine(
        EngineFixture.RepositoryRoot,
        "tests/Models.Tests/Vectors/llama.cpp-0.7.0-b11669.csv"
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_EveryVector_WeightsAndCacheAreTheEngines()
    {
        List<string> wrong = [];
        await foreach ((MemoryVector vector, MemoryPlan plan) in PlansAsync())
        {
            double cache = plan.KvCacheBytes / Mebibyte;
            if (Math.Abs(cache - vector.KvCache - vector.State) > 2 * Hundredth)
            {
                wrong.Add(
                    $"{vector.Key}: cache {cache:0.00}, the engine {vector.KvCache + vector.State:0.00}"
                );
            }

            for (int place = 0; place < plan.Devices.Count; place++)
            {
                DeviceMemory device = plan.Devices[place];
                // The host's row is the sum of two that are rounded down each.
                double rounding = place == 0 ? 2 : 1;
                AddIfOutside(
                    wrong,
                    $"{vector.Key} {device.Name} weights",
                    device.WeightsBytes,
                    vector.Weights[place],
                    rounding
                );
                AddIfOutside(
                    wrong,
                    $"{vector.Key} {device.Name} cache",
                    device.KvCacheBytes,
                    vector.ContextMemory[place],
                    1
                );
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
    }

    [Fact]
    public async Task Plan_EveryVector_TotalIsWithinThreePerCent()
    {
        List<double> errors = [];
        List<double> low = [];
        await foreach ((MemoryVector vector, MemoryPlan plan) in PlansAsync())
        {
            double planned =
                plan.Devices.Sum(d => d.WeightsBytes + d.KvCacheBytes + d.ComputeBytes) / Mebibyte;
            errors.Add(Math.Abs(planned - vector.Total) / vector.Total);
            low.Add((vector.Total - planned) / vector.Total);
        }

        errors.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{errors.Count} vectors: median {errors[errors.Count / 2]:P2}, 95th percentile {errors[errors.Count * 95 / 100]:P2}, worst {errors[^1]:P1}, least {low.Max():P1}"
        );
        Assert.InRange(errors[errors.Count / 2], 0, 0.002);
        Assert.InRange(errors[errors.Count * 95 / 100], 0, 0.03);
        // Too small a plan is worse than too large a one.
        Assert.InRange(low.Max(), 0, 0.06);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plan_EachPlacement_TotalIsWithinThreePerCent(bool flashAttention)
    {
        Dictionary<string, List<double>> errors = [];
        await foreach ((MemoryVector vector, MemoryPlan plan) in PlansAsync())
        {
            if (vector.FlashAttention == flashAttention)
            {
                double planned =
                    plan.Devices.Sum(d => d.WeightsBytes + d.KvCacheBytes + d.ComputeBytes) / Mebibyte;
                errors.TryAdd(vector.Placement, []);
                errors[vector.Placement].Add(Math.Abs(planned - vector.Total) / vector.Total);
            }
        }

        Assert.Equal(MemoryVector.Placements.Order(), errors.Keys.Order());
        Assert.All(
            errors,
            placement =>
            {
                placement.Value.Sort();
                Assert.InRange(placement.Value[placement.Value.Count / 2], 0, 0.004);
                Assert.InRange(placement.Value[placement.Value.Count * 95 / 100], 0, 0.03);
            }
        );
    }

    [Fact]
    public void Vectors_Shapes_CoverWhatPeopleRun()
    {
        HashSet<string> measured = [.. MemoryVector.ReadFile(s_file).Select(vector => vector.Shape)];
        RealShape[] shapes = [.. RealShapes.All.Where(shape => measured.Contains(shape.Name))];

        Assert.Equal(measured.Count, shapes.Length);
        Assert.True(shapes.Length >= 25, $"{shapes.Length} shapes");
        Assert.True(shapes.Select(shape => shape.Architecture).Distinct().Count() >= 12);
    }

    // What is refused is refused with a sentence, and it is little.
    [Fact]
    public async Task Plan_RefusedVectors_SayWhy()
    {
        int all = 0;
        List<string> reasons = [];
        foreach ((RealShape shape, MemoryVector[] vectors) in Groups())
        {
            GgufFile file = await ShapeFiles.ReadAsync(shape, Token);
            foreach (MemoryVector vector in vectors)
            {
                all++;
                try
                {
                    _ = MemoryPlanner.Plan(file, vector.Parameters(shape.Layers));
                }
                catch (InvalidLoadParametersException e)
                {
                    reasons.Add(e.Message);
                }
            }
        }

        Assert.All(
            reasons.Distinct(),
            reason =>
                Assert.True(
                    reason.Contains("switch flash attention on", StringComparison.Ordinal)
                        || reason.Contains("use one device or none", StringComparison.Ordinal),
                    reason
                )
        );
        Assert.InRange(reasons.Count, 1, all / 8);
    }

    private static async IAsyncEnumerable<(MemoryVector Vector, MemoryPlan Plan)> PlansAsync()
    {
        foreach ((RealShape shape, MemoryVector[] vectors) in Groups())
        {
            GgufFile file = await ShapeFiles.ReadAsync(shape, Token);
            foreach (MemoryVector vector in vectors)
            {
                MemoryPlan plan;
                try
                {
                    plan = MemoryPlanner.Plan(file, vector.Parameters(shape.Layers));
                }
                catch (InvalidLoadParametersException)
                {
                    continue;
                }

                yield return (vector, plan);
            }
        }
    }

    private static IEnumerable<(RealShape Shape, MemoryVector[] Vectors)> Groups() =>
        MemoryVector
            .ReadFile(s_file)
            .GroupBy(vector => vector.Shape)
            .Select(group => (RealShapes.All.Single(shape => shape.Name == group.Key), group.ToArray()));

    private static void AddIfOutside(
        List<string> wrong,
        string what,
        long bytes,
        double projected,
        double rounding
    )
    {
        double planned = bytes / Mebibyte;
        if (planned < projected - 0.02 || planned > projected + rounding + 0.02)
        {
            wrong.Add($"{what}: {planned:0.00} MiB, the engine {projected:0}");
        }
    }
}
