namespace LlmOperator.Operator;

internal static class Program
{
    private static int Main() => 0;
}
