namespace LlmOperator.Operator;

/// <summary>Refuses options that cannot work, before anything runs.</summary>
internal static class OperatorOptionsValidation
{
    /// <exception cref="ArgumentException">Names the option and the remedy.</exception>
    public static void RequireSound(OperatorOptions options)
    {
        Require(
            options.MaxConcurrentInspections >= 1,
            nameof(options.MaxConcurrentInspections),
            "at least 1"
        );
        Require(options.NodeLostAfter >= TimeSpan.Zero, nameof(options.NodeLostAfter), "not negative");
        Require(options.GracePeriod > TimeSpan.Zero, nameof(options.GracePeriod), "more than zero");
        Require(options.LeaseNamespace.Length > 0, nameof(options.LeaseNamespace), "a namespace");
        Require(
            options.ListenAddress is null or { IsAbsoluteUri: true, Scheme: "http" },
            nameof(options.ListenAddress),
            "an address such as http://127.0.0.1:9090"
        );
    }

    private static void Require(bool holds, string option, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"{option} must be {what}.", option);
        }
    }
}
