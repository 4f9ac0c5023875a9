namespace Retort.Methods;

/// <summary>The mean of the largest values of a map.</summary>
internal static class LargestValues
{
    /// <summary>Takes the mean of the <paramref name="count"/> largest values, in double precision. Reorders the values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="count">How many, from 1 to all.</param>
    public static float Mean(Span<float> values, int count)
    {
        Partition(values, count);
        Span<float> largest = values[..count];

        // In order of size: the sum must not depend on how the values happened to lie.
        largest.Sort();
        double sum = 0;
        foreach (float v in largest)
        {
            sum += v;
        }

        return (float)(sum / count);
    }

    // Quickselect: afterwards the largest values come first.
    private static void Partition(Span<float> values, int count)
    {
        int low = 0;
        int high = values.Length - 1;
        while (low < high)
        {
            float pivot = values[low + ((high - low) / 2)];
            int i = low;
            int j = high;
            while (i <= j)
            {
                while (values[i] > pivot)
                {
                    i++;
                }

                while (values[j] < pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (count - 1 <= j)
            {
                high = j;
            }
            else if (count - 1 >= i)
            {
                low = i;
            }
            else
            {
                return;
            }
        }
    }
}
