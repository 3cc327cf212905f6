using System.Globalization;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Controllers.Events;

/// <summary>Where an event lies: beside its object, under a name of its own.</summary>
internal static class EventNames
{
    /// <summary>Namespace of the events of cluster-scoped objects.</summary>
    public const string DefaultNamespace = "default";

    // Room for the dot and 16 hexadecimal digits within the 253 characters of a name.
    private const int LongestNamePart = 236;

    public static string Of(ObjectReference regarding, DateTimeOffset time, Random random)
    {
        string name = regarding.Name ?? "unknown";

        // As client-go: the time in nanoseconds; the clock's last two digits are chance.
        long nanoseconds = ((time - DateTimeOffset.UnixEpoch).Ticks * 100) + random.Next(100);
        string suffix = nanoseconds.ToString("x", CultureInfo.InvariantCulture);
        return $"{name[..Math.Min(name.Length, LongestNamePart)]}.{suffix}";
    }
}
